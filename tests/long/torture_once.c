/* SPDX-License-Identifier: MIT */
/* A run that prints once and ends, judged by what it prints. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "long/torture.h"

#define DEMO_TOTAL 412
#define ONCE_TOTAL 40 /* of the fleet in torture_bench.c */
#define GAP_MAX 96

/* Blanks what differs between two right runs: the time of the answer. */
static void blank_time(char *text)
{
    static const char key[] = "\"fetched_at\":\"";
    char *at = text ? strstr(text, key) : NULL;
    for (at = at ? at + strlen(key) : NULL; at && *at && *at != '"'; at++)
        *at = '-';
}

/* Does it hold JSON of the form promised, with that many rows if all went well? */
static bool is_report(const struct buffer *out, int total)
{
    json_t *root = json_loadb(out->data, out->length, JSON_REJECT_DUPLICATES, NULL);
    bool is_right = json_is_array(json_object_get(root, "extensions")) &&
                    (total < 0 || (json_integer_value(json_object_get(root, "total")) == total &&
                                   json_is_true(json_object_get(root, "complete"))));
    json_decref(root);
    return is_right;
}

/* Does it say that it is not complete, and on standard error of how many it holds how many? Short
 * of memory libcurl may leave out the query of an address, and a page comes twice. */
static bool is_part(const struct buffer *out, const char *said)
{
    json_t *root = json_loadb(out->data, out->length, JSON_REJECT_DUPLICATES, NULL);
    size_t read = json_array_size(json_object_get(root, "extensions"));
    char gap[GAP_MAX];
    snprintf(gap, sizeof gap, ": %zu of %d extensions could be read\n", read, ONCE_TOTAL);
    bool is_right = json_is_false(json_object_get(root, "complete")) && read < ONCE_TOTAL &&
                    strstr(said, gap) != NULL;
    json_decref(root);
    return is_right;
}

/* Judges a run that says all went well. */
static void judge_success(struct torture_bench *bench, const struct torture_point *point,
                          const struct buffer *out, const char *said, struct torture_result *result)
{
    if (said[0] != '\0' && is_part(out, said))
        return;
    if (said[0] != '\0')
        torture_fail(result, "ended with 0, but said: %s", said);
    else if (!is_report(out, point->scenario == SCENARIO_DEMO ? DEMO_TOTAL : -1))
        torture_fail(result, "ended with 0, but printed no report");
    else if (point->scenario == SCENARIO_ONCE && bench->once.length == 0)
        buffer_append(&bench->once, out->data, out->length);
    else if (point->scenario == SCENARIO_ONCE && strcmp(out->data, bench->once.data) != 0)
        torture_fail(result, "printed other figures than an untroubled run, and ended with 0");
}

/* Judges a run that says it failed. Whoever cannot write cannot say why either. */
static void judge_failure(const struct torture_bench *bench, const struct torture_point *point,
                          int code, const struct buffer *out, const char *said,
                          struct torture_result *result)
{
    const char *name = bench->page->name;
    bool is_mute = (point->for_good || strcmp(name, "fputs") == 0) &&
                   (name[0] == 'f' && (strstr(name, "write") || strstr(name, "puts")));
    result->outcome = OUTCOME_CLEAN;
    if (code < 1 || code > 5)
        torture_fail(result, "ended with %d, which nobody documents", code);
    else if (!torture_is_told(said) && !is_mute)
        torture_fail(result, "ended with %d, but did not say why: %s", code, said);
    else if (out->length > 0 && !is_report(out, -1) && !is_mute)
        torture_fail(result, "ended with %d and printed what is no report", code);
}

void torture_play_once(struct torture_bench *bench, const struct torture_point *point,
                       struct torture_result *result)
{
    const char *const once[] = {"--config", bench->config, "--once", "--format", "json", NULL};
    const char *const demo[] = {"--demo", "--once", "--format", "json", NULL};
    const char *argv[TORTURE_ARGS_MAX];
    char *texts[2];
    const char *environment[3];
    struct buffer out, err;
    int code;

    buffer_init(&out, 0);
    buffer_init(&err, 0);
    torture_set_page(bench, point, true);
    torture_make_environment(bench, point->kind, texts, environment);
    torture_make_command(bench, argv, point->scenario == SCENARIO_DEMO ? demo : once);
    int status = program_run(argv, environment, &out, &err);
    const char *said = err.length > 0 ? err.data : "";
    if (point->scenario == SCENARIO_ONCE)
        blank_time(out.data);
    if (torture_judge_status(bench, status, said, result, &code)) {
        if (code == 0)
            judge_success(bench, point, &out, said, result);
        else
            judge_failure(bench, point, code, &out, said, result);
    }
    if (out.length > 0 && strstr(out.data, "canary"))
        torture_fail(result, "a secret was printed");
    if (point->number == 0)
        bench->counts[point->scenario][point->kind][0] = bench->page->count;
    buffer_clear(&out);
    buffer_clear(&err);
    free(texts[0]);
    free(texts[1]);
}
