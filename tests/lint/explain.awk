# SPDX-License-Identifier: MIT
# Holds findings ("TOOL FILE:LINE:COLUMN: SEVERITY: MESSAGE [CHECK]") against a list of those that
# are explained, prints the others, and fails if there are any.
#
# A line of the list is TOOL | CHECK | FILE | TEXT | REASON. FILE may end in "/": all files below.
# TEXT, which may be empty, is a part of the message or of the line of code.

# Removes blanks around a text.
function trim(text) {
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    return text
}

# Reads one line of a file of the tree.
function code_at(file, number, path, text, i) {
    path = file ~ /^\// ? file : srcdir "/" file
    for (i = 0; i < number; i++)
        if ((getline text < path) <= 0)
            break
    close(path)
    return text
}

# Is a finding the one that a line of the list explains?
function explains(i, tool, check, file, message, code) {
    if (tools[i] != tool || checks[i] != check)
        return 0
    if (files[i] ~ /\/$/ ? index(file, files[i]) != 1 : file != files[i])
        return 0
    return texts[i] == "" || index(message, texts[i]) || index(code, texts[i])
}

FNR == 1 { input++ }

input == 1 && !/^ *(#|$)/ {
    if (split($0, part, "|") < 5 || trim(part[5]) == "") {
        print "lint: known.list:" FNR ": TOOL | CHECK | FILE | TEXT | REASON is asked for"
        bad = 1
        next
    }
    known++
    tools[known] = trim(part[1])
    checks[known] = trim(part[2])
    files[known] = trim(part[3])
    texts[known] = trim(part[4])
    lines[known] = FNR
}

input == 2 {
    tool = $1
    finding = substr($0, length(tool) + 2)
    split(finding, part, ":")
    check = "error"
    if (match(finding, /\[[^][]*\]$/))
        check = substr(finding, RSTART + 1, RLENGTH - 2)
    code = code_at(part[1], part[2])
    counts[tool]++
    for (i = 1; i <= known; i++)
        if (explains(i, tool, check, part[1], finding, code)) {
            used[i]++
            explained[tool]++
            next
        }
    print tool ": " finding
    print "    " trim(code)
    bad = 1
}

END {
    for (i = 1; i <= known; i++)
        if (!used[i] && index(ran, " " tools[i] " "))
            print "lint: known.list:" lines[i] ": explains nothing any more"
    count = split(ran, each, " ")
    for (i = 1; i <= count; i++)
        printf "lint: %-10s %3d findings, %3d of them explained\n", each[i], counts[each[i]], \
            explained[each[i]]
    exit bad
}
