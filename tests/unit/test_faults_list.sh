#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/FAULTS.md against the tests there are: every row once and in order, every test it names
# there, every test that bears a row's id named in that row, and no row without a test or a reason.
# With --fill it prints the list with the tests that bear ids put in.
set -u
srcdir=${srcdir:-.}
tests=$srcdir/tests
list=$tests/FAULTS.md
[ -f "$list" ] || { echo "faults: $list is missing"; exit 1; }

# Prints FILE and NAME of every test: C functions and shell functions with a double underscore in
# their names, and shell scripts as a whole, whose name is "-".
names() {
    for file in "$tests"/*/*.c "$tests"/*/*.sh; do
        case $file in *.sh) echo "${file#"$tests"/} -" ;; esac
        sed -nE "s|^(static void )?([a-z][A-Za-z0-9_]*__[A-Za-z0-9_]+)\(((void \*\*.*)?\).*)?$|${file#"$tests"/} \2|p" "$file"
    done
}

names | awk -v mode="${1:-check}" '
# Puts a test into a row.
function put(row, file, name) {
    if ((row, file, name) in listed)
        return
    listed[row, file, name] = 1
    if (!((row, file) in cell)) {
        files[row] = files[row] " " file
        cell[row, file] = ""
    }
    if (name != "-")
        cell[row, file] = cell[row, file] (cell[row, file] == "" ? ": " : ", ") name
}

# Tells of a breach.
function breach(words) {
    print "faults: " words > (mode == "--fill" ? "/dev/stderr" : "/dev/stdout")
    bad = 1
}

# Reads the cell of tests: FILE: NAME, NAME; FILE: NAME; FILE.
function read_cell(row, text,    part, count, i, halves, word, words, j) {
    count = split(text, part, /; */)
    for (i = 1; i <= count; i++) {
        words = 1
        word[1] = "-"
        if (split(part[i], halves, /: */) > 1)
            words = split(halves[2], word, /, */)
        for (j = 1; j <= words; j++) {
            if ((halves[1], word[j]) in exists)
                put(row, halves[1], word[j])
            else if (mode == "check")
                breach(row " names " word[j] " of " halves[1] ", which is not there")
        }
    }
}

BEGIN {
    counts = split("A20 B18 C11 D13 E11 F11 G8 H7", groups, " ")
    for (i = 1; i <= counts; i++)
        for (j = 1; j <= substr(groups[i], 2) + 0; j++)
            wanted[++total] = substr(groups[i], 1, 1) j
    for (i = 1; i <= total; i++)
        known[wanted[i]] = 1
}

origin == "names" {
    exists[$1, $2] = 1
    rest = $2
    while (match(rest, /__[A-H][0-9]+$/)) {
        bearers[++bearer_count] = substr(rest, RSTART + 2) " " $1 " " $2
        rest = substr(rest, 1, RSTART - 1)
    }
    next
}

{ lines[++line_count] = $0 }

/^\| [A-Z][0-9]+ \|/ {
    split($0, cells, / \| /)
    row = substr(cells[1], 3)
    if (row != wanted[++rows])
        breach("row " rows " is " row ", not " wanted[rows])
    fault[row] = cells[2]
    outcome[row] = cells[4]
    sub(/ *\|$/, "", outcome[row])
    if (cells[3] != "none")
        read_cell(row, cells[3])
    if (cells[2] == "" || outcome[row] == "")
        breach(row " does not say what happens")
}

END {
    if (rows != total)
        breach(rows " rows, not " total)
    for (i = 1; i <= bearer_count; i++) {
        split(bearers[i], bearer, " ")
        if (!(bearer[1] in known))
            breach(bearer[3] " bears the id of no row, " bearer[1])
        else if (mode == "--fill")
            put(bearer[1], bearer[2], bearer[3])
        else if (!((bearer[1], bearer[2], bearer[3]) in listed))
            breach(bearer[1] " does not name " bearer[3] " of " bearer[2])
    }
    for (i = 1; i <= total && mode != "--fill"; i++)
        if (files[wanted[i]] == "" && outcome[wanted[i]] !~ /^Not tested[^:]*: ./)
            breach(wanted[i] " has neither a test nor a reason")
    for (i = 1; i <= line_count && mode == "--fill"; i++) {
        split(lines[i], cells, / \| /)
        row = substr(cells[1], 3)
        if (lines[i] !~ /^\| [A-Z][0-9]+ \|/) {
            print lines[i]
            continue
        }
        text = ""
        count = split(files[row], file, " ")
        for (j = 1; j <= count; j++)
            text = text (j > 1 ? "; " : "") file[j] cell[row, file[j]]
        print "| " row " | " fault[row] " | " (text == "" ? "none" : text) " | " outcome[row] " |"
    }
    exit bad
}' origin=names - origin=list "$list"
