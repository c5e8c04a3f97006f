SELECT
  reps.name AS rep,
  count(*) AS deals_all,
  count(CASE WHEN status = 'won' THEN 1 END) AS deals_won,
  count(CASE WHEN status = 'lost' THEN 1 END) AS deals_lost,
  count(CASE WHEN status IN ('won', 'lost') THEN 1 END) AS deals_decided,
  count(CASE WHEN kind = 'new' THEN 1 END) AS deals_new,
  count(CASE WHEN amount >= 50000 THEN 1 END) AS deals_large,
  count(CASE WHEN status = 'won' AND amount >= 50000 THEN 1 END) AS deals_won_large,
  coalesce(sum(amount), 0) AS amount_all,
  coalesce(sum(CASE WHEN status = 'won' THEN amount END), 0) AS amount_won,
  coalesce(sum(CASE WHEN status = 'lost' THEN amount END), 0) AS amount_lost,
  coalesce(sum(CASE WHEN kind = 'new' THEN amount END), 0) AS amount_new,
  coalesce(sum(CASE WHEN kind = 'renewal' THEN amount END), 0) AS amount_renewal,
  coalesce(sum(CASE WHEN kind = 'expansion' THEN amount END), 0) AS amount_expansion,
  coalesce(sum(seats), 0) AS seats_all,
  coalesce(sum(CASE WHEN status = 'won' THEN seats END), 0) AS seats_won,
  avg(amount) AS amount_average,
  avg(CASE WHEN status = 'won' THEN amount END) AS amount_won_average,
  avg(seats) AS seats_average,
  avg(CASE WHEN kind = 'new' THEN amount END) AS amount_new_average,
  count(CASE WHEN status = 'won' THEN 1 END)
    / nullif(count(CASE WHEN status IN ('won', 'lost') THEN 1 END), 0) AS win_rate
FROM deals
LEFT JOIN reps USING (rep_id)
GROUP BY 1
ORDER BY 1
