#!/usr/bin/env bash
# Runs stipula: annotations on standard output, a SARIF and a JSON report in files, a summary of the step, outputs.
set -euo pipefail

fail() {
    echo "::error title=stipula::$1"
    echo "exit-code=2" >> "$GITHUB_OUTPUT"
    exit 2
}

case "$COMMAND" in
    check | lint | breaking | verify) ;;
    *) fail "there is no command '$COMMAND' here; there are check, lint, breaking and verify" ;;
esac

arguments=("$COMMAND" --format github)
if [ -n "$SARIF" ]; then arguments+=(--format "sarif=$SARIF"); fi
if [ -n "$JSON" ]; then arguments+=(--format "json=$JSON"); fi
summary="$RUNNER_TEMP/stipula-summary.md"
arguments+=(--format "markdown=$summary")
if [ -n "$CONFIG" ]; then arguments+=(--config "$CONFIG"); fi
if [ -n "$FAIL_ON" ]; then arguments+=(--fail-on "$FAIL_ON"); fi

# Changes are held against where the branch left its base. A checkout has one commit unless it is told otherwise, and
# that is not enough to find it.
if [ "$COMMAND" = check ] || [ "$COMMAND" = breaking ]; then
    against="$AGAINST"
    base="${GITHUB_BASE_REF:-}"
    if [ -z "$against" ] && [ -n "$base" ]; then against="origin/$base"; fi
    if [ -n "$against" ]; then
        depth=()
        if [ "$(git rev-parse --is-shallow-repository)" = true ]; then depth=(--unshallow); fi
        is_known() { git rev-parse --quiet --verify "$against^{commit}" > /dev/null; }
        if [ -n "${depth[*]-}" ] || ! is_known; then
            branches=("+refs/heads/*:refs/remotes/origin/*")
            if [ "$against" = "origin/$base" ]; then branches=("+refs/heads/$base:refs/remotes/origin/$base"); fi
            git fetch --quiet ${depth[@]+"${depth[@]}"} origin "${branches[@]}" ||
                fail "the history of $against is not here and cannot be fetched: set 'fetch-depth: 0' at actions/checkout"
        fi
        is_known || fail "there is no revision '$against' here; set 'fetch-depth: 0' at actions/checkout, or the input 'against'"
        arguments+=(--against "$against")
    fi
fi

while IFS= read -r argument; do
    if [ -n "$argument" ]; then arguments+=("$argument"); fi
done <<< "$ARGUMENTS"
if [ "$COMMAND" != check ]; then
    read -r -d '' -a paths <<< "$PATHS" || true
    arguments+=(-- ${paths[@]+"${paths[@]}"})
elif [ -n "$PATHS" ]; then
    fail "'check' takes no paths: stipula.yaml names them"
fi

rm -f "$summary"
code=0
stipula "${arguments[@]}" || code=$?

{
    echo "exit-code=$code"
    for name in errors warnings infos; do
        if [ -n "$JSON" ] && [ -f "$JSON" ]; then
            # The summary comes before everything that could look like it.
            echo "$name=$(sed -n "s/^    \"$name\": \([0-9]*\),\{0,1\}\$/\1/p" "$JSON" | head -n 1)"
        fi
    done
    if [ -n "$SARIF" ] && [ -f "$SARIF" ]; then echo "sarif=$SARIF"; fi
    if [ -n "$JSON" ] && [ -f "$JSON" ]; then echo "json=$JSON"; fi
} >> "$GITHUB_OUTPUT"

# GitHub refuses summaries of more than a mebibyte, all of them.
most=1000000
if [ -f "$summary" ]; then
    {
        echo "# stipula $COMMAND"
        echo
        if [ "$(wc -c < "$summary")" -gt "$most" ]; then
            head -c "$most" "$summary" | sed '$d'
            echo
            echo "There is more than fits in here: the reports have all of it."
        else
            cat "$summary"
        fi
    } >> "$GITHUB_STEP_SUMMARY"
else
    echo "stipula $COMMAND could not run; the log of the step says why." >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
