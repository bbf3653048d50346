/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/filter_regex.h"

/* Does the pattern, which must be right, match? */
static bool matches(const char *pattern, const char *text)
{
    struct error error = {.kind = ERROR_NONE};
    struct pattern *compiled = filter_regex_new(pattern, &error);
    assert_non_null(compiled);
    assert_false(error_is_set(&error));
    bool result = filter_regex_matches(compiled, text);
    filter_regex_free(compiled);
    return result;
}

/* The pattern is refused with these words. */
static void assert_refused(const char *pattern, const char *words)
{
    struct error error = {.kind = ERROR_NONE};
    struct pattern *compiled = filter_regex_new(pattern, &error);
    assert_null(compiled);
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.text, words));
}

static void filter_regex__matches_somewhere_with_case_ignored(void **state)
{
    (void)state;
    assert_true(matches("yealink|snom", "A YeaLink T46"));
    assert_true(matches("^0003\\*2[0-9]{2}$", "0003*210"));
    assert_false(matches("^0003\\*2[0-9]{2}$", "0003*2100"));
    assert_true(matches("(T46|T48)+S?", "T46T48"));
    assert_true(matches("x*", ""));
}

static void filter_regex__refuses_back_references(void **state)
{
    (void)state;
    assert_refused("(.*)\\1", "back-references (\\1)");
    assert_refused("(a)(b)\\2c", "\\2");
    assert_true(matches("\\\\1", "\\1"));
    assert_true(matches("\\.1", ".1"));
}

static void filter_regex__refuses_what_unfolds_beyond_the_limit(void **state)
{
    (void)state;
    assert_refused("a{1,255}{1,255}", "repeats");
    assert_refused("a{99999999999999999999}", "repeats");
    assert_refused("(a{100}b){100}", "repeats");
    assert_refused("((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+", "repeats");
    assert_refused("[a-z]{2047}b", "repeats");
    assert_refused("a{5000,}", "repeats");
    assert_refused("x*+++++*+++++", "repeats");
    assert_refused("a{1500}b{1500}", "repeats");
    assert_refused("))++++++++++++++++++++++++++++++++", "repeats");
    assert_refused("(a*****************************){200}", "repeats");
    assert_refused("[]]{5000}", "repeats");
    assert_refused("[[:alpha:]]{5000}", "repeats");
    assert_true(matches("a{2}b{,3}c{1,}", "aac"));
    assert_true(matches("a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+", "abcdefghijklmnop"));
    assert_true(matches("[{+(]{3}", "{+("));
    assert_true(matches("[{9999]+", "999"));
    assert_true(matches("[[:digit:]{9999]+", "999"));
    assert_true(matches("[]{9999]+", "]"));
    assert_true(matches("\\({3}", "((("));
}

static void filter_regex__refuses_what_anchors_make_slow(void **state)
{
    (void)state;
    static const char *const repeated[] = {
        "(^|$)*(a*)*", "(^|$)*(^|$)*",   "(a|\\b)+", "^*",   "a$?",
        "(\\<a)*",     "(a(b|\\>)c){2}", "\\B{3}",   "\\`*", "((x?\\'y?)z)*",
    };
    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++)
        assert_refused(repeated[i], "repeats no anchor");
    assert_refused("(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(a*)*(b*)*(c*)*(d*)*(e*)*",
                   "too many anchors");
    assert_refused(
        "(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)(\\b|)()*",
        "too many anchors");
    assert_refused("^a|^b|^c|^d|^e|^f|^g|^h|^i|^j|^k|^l|^m|^n|^o|^p|^q|^r|^s|^t|^u|^v|^w|^x|^y",
                   "too many anchors");
    assert_true(matches("^a|^b|^c|^d|^e|^f|^g|^h|^i|^j|^k|^l|^m|^n|^o|^p|^q|^r|^s|^t|^u|^v|^w|^x",
                        "x-ray"));
    assert_true(matches("^(0003|0004).*5$", "0003*215"));
    assert_true(matches("[^^$]+\\^*\\$*", "a^$"));
    assert_true(matches("\\<(210|211)\\>.*", "0003*211"));
}

static void filter_regex__refuses_many_repetitions_of_repetitions(void **state)
{
    (void)state;
    assert_refused("^a****b****c****d****e****f****g****h****i****", "repetitions too often");
    assert_refused("$a*************************************b", "repetitions too often");
    assert_refused("(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*",
                   "repetitions too often");
    assert_refused("$((a*)*){12}", "repetitions too often");
    assert_refused("((a+b?)+)+(((c*|d)?)*)*(((e)+)+)+", "repetitions too often");
    assert_true(matches("(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*", ""));
    assert_true(matches("a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*", ""));
    assert_true(matches("^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "108.86.0.45"));
    assert_true(matches("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", "00:1B:63:84:45:e6"));
    assert_true(matches("^([0-9a-f]{0,4}:){7}[0-9a-f]{0,4}$", "2001:db8:0:0:0:0:0:1"));
}

static void filter_regex__refuses_deep_parentheses(void **state)
{
    (void)state;
    char text[2 * FILTER_REGEX_DEPTH_MAX + 4];
    size_t depth = FILTER_REGEX_DEPTH_MAX;
    memset(text, '(', depth);
    memset(text + depth, ')', depth);
    text[2 * depth] = '\0';
    assert_true(matches(text, ""));
    depth++;
    memset(text, '(', depth);
    memset(text + depth, ')', depth);
    text[2 * depth] = '\0';
    assert_refused(text, "at most 32 parentheses");
}

static void filter_regex__tells_what_is_wrong(void **state)
{
    (void)state;
    assert_refused("a(b", "not a regex");
    assert_refused("[a", "not a regex");
    assert_refused("[", "not a regex");
    assert_refused("[^", "not a regex");
    assert_refused("[[:alpha", "not a regex");
    assert_refused("a\\", "not a regex");
    assert_refused("a{1", "not a regex");
    assert_null(filter_regex_new("(", NULL));
    filter_regex_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_regex__matches_somewhere_with_case_ignored),
        cmocka_unit_test(filter_regex__refuses_back_references),
        cmocka_unit_test(filter_regex__refuses_what_unfolds_beyond_the_limit),
        cmocka_unit_test(filter_regex__refuses_many_repetitions_of_repetitions),
        cmocka_unit_test(filter_regex__refuses_what_anchors_make_slow),
        cmocka_unit_test(filter_regex__refuses_deep_parentheses),
        cmocka_unit_test(filter_regex__tells_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
