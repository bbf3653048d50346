/* SPDX-License-Identifier: MIT */
/*
 * sanitized: whether this program was built with AddressSanitizer, as gcc tells it and as clang
 * does.
 *
 * Such a build is slower, keeps freed memory, and ends by itself where an allocation is too large.
 * Owns nothing.
 */
#ifndef BLFTOP_TESTS_SUPPORT_SANITIZED_H
#define BLFTOP_TESTS_SUPPORT_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

#endif
