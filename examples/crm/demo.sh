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

ask 'How do the KPIs stand in the middle of June?' \
    scorecard --as-of 2026-06-15 --format table
ask 'How is the first half-year of 2026 going, against last year and the quotas?' \
    run revenue sales_growth_yoy quota_attainment win_rate pipeline_value --grain month --from 2026-01-01 --to 2026-07-01 \
    --as-of 2026-06-30 --format table
ask 'Which region sells, and how fast?' \
    run revenue win_rate sales_cycle_length quota_attainment --by region --grain quarter --from 2026-04-01 --to 2026-07-01 \
    --as-of 2026-06-30 --totals --format table
ask 'Where do leads come from that buy?' \
    run leads_generated lead_qualification_rate lead_conversion_rate lead_response_time --by source --from 2025-07-01 \
    --to 2026-01-01 --as-of 2026-06-30 --format table
ask 'What came of recurring revenue?' \
    run new_mrr expansion_mrr contraction_mrr churned_mrr mrr net_revenue_retention --grain quarter --from 2025-07-01 \
    --to 2026-07-01 --as-of 2026-06-30 --format table
ask 'What is a customer worth, and what does one cost?' \
    run cltv cac ltv_to_cac --grain quarter --from 2025-07-01 --to 2026-07-01 --as-of 2026-06-30 --format table
ask 'What does that figure mean?' \
    show ltv_to_cac
