# Sourced by the findings: compares what is seen.

# The output on standard input must be the text that follows.
expect() {
    local seen
    seen=$(cat)
    echo "$seen"
    if [ "$seen" != "$1" ]; then
        echo "This has changed. It was:" >&2
        echo "$1" >&2
        exit 1
    fi
}
