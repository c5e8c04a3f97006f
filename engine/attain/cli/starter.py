"""The files of a starting project: small, and right as they are."""

from __future__ import annotations

METRICS = """\
# yaml-language-server: $schema=attain.schema.json
# What `attain` reads. Try, in this folder:
#
#   attain validate
#   attain list
#   attain run revenue win_rate --by region
#   attain run revenue --by region --grain month

version: 1
name: demo
currency: USD

# What a row is, and how rows find each other.
tables:
  deals:
    file: data/deals.csv
    key: deal_id                           # no two rows share it
    time: closed_at                        # the day by which a deal lies in a month
    joins:
      owner: {to: reps, on: rep_id}        # deals.rep_id holds the key of a rep
    fields:                                # columns that need a word; all others are usable as they are
      amount: {unit: money}
      won: status = 'won'                  # a column of its own, worked out for each row

  reps:
    file: data/reps.csv
    key: rep_id

# The business's names for what figures may be cut by.
dimensions:
  region: owner.region                     # for every table that has one way to it
  rep: {paths: {deals: owner.name, reps: name}, label: Rep}

# The figures.
metrics:
  revenue:
    expr: sum(deals.amount where won)
    label: Revenue
    description: Value of the deals won, on the day they were won.
    unit: money
    good: up

  deals_won: count(deals where won)        # the short form: only an expression

  win_rate:
    expr: deals_won / count(deals where status in ('won', 'lost'))
    label: Win rate
    description: Share of the deals decided in the period that were won.
    unit: percent
    good: up
"""

DEALS = """\
deal_id,rep_id,status,amount,closed_at
1,1,won,12000,2026-01-15
2,1,lost,8000,2026-01-20
3,2,won,20500,2026-02-03
4,2,won,4000,2026-02-17
5,3,lost,15000,2026-02-24
6,3,won,9900.50,2026-03-09
7,1,won,7000,2026-03-12
8,2,open,30000,
"""

REPS = """\
rep_id,name,region
1,Ada,EMEA
2,Grace,AMER
3,Edsger,EMEA
"""

#: Each file by its path below the project's folder.
FILES = {"metrics.yaml": METRICS, "data/deals.csv": DEALS, "data/reps.csv": REPS}
