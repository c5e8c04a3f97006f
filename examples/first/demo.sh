#!/bin/sh
# Six questions to the example, each command shown and then run. From anywhere: sh examples/first/demo.sh
set -eu
cd "$(dirname "$0")"

ask() {
    question=$1
    shift
    printf '\n# %s\n$ attain' "$question"
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_.,=:/-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    attain "$@"
}

ask 'What did each region sell, and how often did it win?' \
    run revenue win_rate --by region --format table
ask 'How did the half-year go, month by month?' \
    run deals_created deals_won revenue --grain month --format table
ask 'What does a customer cost, channel by channel? Costs and deals are two tables.' \
    run marketing_costs customers_won cac --by channel --format table
ask 'How quickly are leads answered, and does it pay?' \
    run leads_generated lead_response_time lead_conversion_rate --by channel --format table
ask 'What does one of these figures mean?' \
    show cac
ask 'Which SQL does a warehouse get for it?' \
    compile cac --by channel --dialect postgres
