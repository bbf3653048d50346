/* SPDX-License-Identifier: MIT */
#include "model/diagnosis.h"

#include "model/extension.h"

#include <stdio.h>

#include "base/clock.h"

#define OVERDUE_TOLD_S 60  /* a registration that is late by less is no news */
#define NUMBER_TEXT_MAX 16 /* bytes of one number in words */
#define STATES_TEXT_MAX 40 /* bytes of the list of states nobody documented */

/* What presence says in the words of a caller, and what it means for the next call. */
struct activity {
    const char *doing;
    const char *calls;
};

/* The words of a status that is online, ringing or busy. */
static struct activity describe_activity(int32_t status)
{
    if (status == STATUS_RINGING)
        return (struct activity){"ringing", "a call is coming in"};
    if (status == STATUS_BUSY)
        return (struct activity){"on a call", "a further call may find it busy"};
    return (struct activity){"idle", "calls reach it"};
}

/* A number of the server's, or that it sent none. */
static void write_number(char out[static NUMBER_TEXT_MAX], int32_t number)
{
    if (number == NUMBER_NONE)
        snprintf(out, NUMBER_TEXT_MAX, "none sent");
    else
        snprintf(out, NUMBER_TEXT_MAX, "%d", (int)number);
}

/* Does a contact before this one have the same state? */
static bool is_repeated(const struct extension *extension, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (extension->registrations[i].state == extension->registrations[index].state)
            return true;
    }
    return false;
}

/* The distinct states that tell nothing ("0, 9"), as many as fit; empty if there is none. */
static void write_untold_states(char out[static STATES_TEXT_MAX], const struct extension *extension)
{
    size_t length = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        int32_t state = extension->registrations[i].state;
        if (registration_is_told(state) || is_repeated(extension, i))
            continue;
        if (length + NUMBER_TEXT_MAX + 2 > STATES_TEXT_MAX)
            return;
        char number[NUMBER_TEXT_MAX];
        write_number(number, state);
        const char *comma = length > 0 ? ", " : "";
        length += (size_t)snprintf(out + length, STATES_TEXT_MAX - length, "%s%s", comma, number);
    }
}

/* Is every live contact one that needs no registration? */
static bool is_fixed(const struct extension *extension)
{
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        if (extension->registrations[i].state == REGISTRATION_REGISTERED)
            return false;
    }
    return true;
}

/* Online, ringing, busy and static: calls arrive, as far as is known. */
static void write_reachable(const struct extension *extension, char *out, size_t size)
{
    struct activity is = describe_activity(extension->status);
    uint32_t live = extension_count_live(extension);
    if (!extension->has_list)
        snprintf(out, size,
                 "Presence says the phone is %s; its registration was not asked for or not sent.",
                 is.doing);
    else if (is_fixed(extension) && live > 1)
        snprintf(out, size,
                 "No registration is needed here (%u fixed addresses), and the extension is %s; "
                 "%s.",
                 live, is.doing, is.calls);
    else if (is_fixed(extension))
        snprintf(out, size,
                 "No registration is needed here (fixed address), and the phone is %s; %s.",
                 is.doing, is.calls);
    else if (live > 1)
        snprintf(out, size, "The extension has %u live contacts and is %s; %s.", live, is.doing,
                 is.calls);
    else
        snprintf(out, size, "The phone is registered and %s; %s.", is.doing, is.calls);
}

/* Presence claims activity and no contact could carry it. */
static void write_mismatch(const struct extension *extension, char *out, size_t size)
{
    char states[STATES_TEXT_MAX];
    write_untold_states(states, extension);
    const char *status = status_words(extension->status);
    if (states[0] == '\0')
        snprintf(out, size,
                 "Presence says %s, but no phone is registered: the server's two answers "
                 "disagree.",
                 status);
    else
        snprintf(out, size,
                 "Presence says %s, but no registration is known (%s): the server's two answers "
                 "disagree.",
                 status, states);
}

/* The server does not know, and which of its numbers say so. */
static void write_unknown(const struct extension *extension, char *out, size_t size)
{
    char status[NUMBER_TEXT_MAX];
    char states[STATES_TEXT_MAX];
    uint32_t live = extension_count_live(extension);
    write_number(status, extension->status);
    write_untold_states(states, extension);
    if (!extension->has_list)
        snprintf(out, size, "Presence is unknown (%s); registration was not asked for or not sent.",
                 status);
    else if (live > 1)
        snprintf(out, size,
                 "The extension has %u live contacts, but presence is unknown (%s); calls should "
                 "reach it.",
                 live, status);
    else if (live == 1)
        snprintf(out, size,
                 "The phone can be reached, but its presence is unknown (%s); calls should reach "
                 "it.",
                 status);
    else
        snprintf(out, size,
                 "The server knows neither presence (%s) nor registration (%s); calls may fail.",
                 status, states);
}

void extension_describe(const struct extension *extension, char *out, size_t size)
{
    switch (extension_lamp(extension)) {
    case LAMP_OFFLINE:
        snprintf(out, size, "No phone is registered; calls go to voicemail or fail.");
        break;
    case LAMP_EXPIRED:
        snprintf(out, size,
                 "The phone stopped refreshing its registration; calls will go unanswered until it "
                 "registers again.");
        break;
    case LAMP_MISMATCH:
        write_mismatch(extension, out, size);
        break;
    case LAMP_UNKNOWN:
        write_unknown(extension, out, size);
        break;
    default:
        write_reachable(extension, out, size);
    }
}

void extension_write_overdue(const struct extension *extension, int64_t unix_s, char *out,
                             size_t size)
{
    char span[CLOCK_SPAN_MAX];
    int64_t overdue_s = extension_overdue_s(extension, unix_s);
    out[0] = '\0';
    if (overdue_s < OVERDUE_TOLD_S)
        return;
    clock_format_wait(span, overdue_s * 1000);
    snprintf(out, size, " Its registration should have been renewed %s ago.", span);
}
