# SPDX-License-Identifier: MIT
# What `blftop --once --format json` prints, as Prometheus text. `--argjson each true` adds two series
# an extension. A server that could not be read has no counts at all: no number is better than an old
# one.

# A label's value, from whatever a phone calls itself.
def escaped: tostring | split("\\") | join("\\\\") | split("\"") | join("\\\"") | split("\n") | join("\\n");
def labels: to_entries | map("\(.key)=\"\(.value | escaped)\"") | "{\(join(","))}";

# A metric with its samples, [labels, value] each; none at all if it has none.
def gauge($name; $help; samples):
  [samples] | if length > 0 then
    "# HELP \($name) \($help)", "# TYPE \($name) gauge", (.[] | "\($name)\(.[0] | labels) \(.[1])")
  else empty end;

def number: if . then 1 else 0 end;
{static: 0, online: 1, busy: 2, ringing: 3, unknown: 4, mismatch: 5, expired: 6, offline: 7} as $severity
| if .version != 1 then error("this is for version 1 of the report, not \(.version)") else . end
| . as $report
| (.counts | keys_unsorted) as $lamps
| [.servers[] | select(.error == null)] as $read
| (reduce $read[] as $server ({}; .[$server.name] = {})) as $none
| (reduce (.extensions[] | select($none[.server])) as $row ($none; .[$row.server][$row.lamp] += 1)) as $counts
| gauge("blftop_up"; "Whether the server could be read (1) or not (0).";
    .servers[] | [{server: .name}, (.error == null | number)]),
  gauge("blftop_complete"; "Whether all of its extensions were read (1), or some are missing (0).";
    .servers[] | [{server: .name}, (.complete | number)]),
  gauge("blftop_fetched_timestamp_seconds"; "When the server last said what is told here.";
    $read[] | select(.fetched_at) | [{server: .name}, (.fetched_at | fromdateiso8601)]),
  gauge("blftop_extensions"; "Extensions by lamp.";
    $read[] | .name as $name | $lamps[] | [{server: $name, lamp: .}, ($counts[$name][.] // 0)]),
  (if $each then
    gauge("blftop_extension_severity"; "Its lamp: "
      + ($severity | to_entries | map("\(.value) \(.key)") | join(", ")) + ".";
      $report.extensions[] | select($none[.server] and $severity[.lamp] != null)
      | [{server, extension, name: (.name // "")}, $severity[.lamp]]),
    gauge("blftop_extension_agent_info"; "What its phones call themselves.";
      $report.extensions[] | select($none[.server])
      | . as $row | [.registrations[].agent | select(.) | .[:128]] | unique[]
      | [{server: $row.server, extension: $row.extension, agent: .}, 1])
  else empty end)
