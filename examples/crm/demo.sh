#!/bin/sh
# Makes the data of the CRM, and asks the catalogue; each command is shown and then run. From anywhere.
set -eu
cd "$(dirname "$0")/../.."

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

printf '$ python examples/crm/make_data.py\n'
python examples/crm/make_data.py

ask 'How do the KPIs stand in the middle of June, and where does the month end at this pace?' \
    scorecard --as-of 2026-06-15 --quiet --format table
ask 'The second quarter as a page, to be opened in a browser and sent around.' \
    scorecard --period 2026-Q2 --as-of 2026-06-30 --quiet --format html -o examples/crm/scorecard.html
ask 'What of that should somebody look at?' \
    alerts --as-of 2026-06-30 --quiet || true # 1: some fire
ask 'Which region sells, and how fast? Ratios are computed anew for the total.' \
    run revenue target_attainment win_rate sales_cycle_length --by region --grain quarter --from 2026-04-01 \
    --to 2026-07-01 --as-of 2026-06-30 --totals --quiet --format table
ask 'Where do leads come from that buy?' \
    run leads_generated lead_qualification_rate lead_conversion_rate lead_response_time --by source --from 2025-07-01 \
    --to 2026-01-01 --as-of 2026-06-30 --quiet --format table
ask 'What came of recurring revenue?' \
    run new_mrr expansion_mrr contraction_mrr churned_mrr mrr net_revenue_retention --grain quarter --from 2025-07-01 \
    --to 2026-07-01 --as-of 2026-06-30 --quiet --format table
ask 'What does a figure mean, and when is it not to be trusted?' \
    show ltv_to_cac
