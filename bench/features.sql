-- Operating stability of every subject, from feeds to seven measures, as one would write it by hand
-- for DuckDB: the peer of `python -m bench.features`. Views of the feeds' names hold what was known
-- on the day; variables hold the day and the dated policy values. Subjects here are households;
-- feeds that the county does not have (links, sessions, purchase orders) are left out, which
-- makes this text shorter and faster than a whole one.

-- Whose file, who is whose household, and who is the seller in other clothes.
CREATE TEMP TABLE holder_of AS
SELECT party_id AS party, coalesce(household_id, party_id) AS holder FROM parties
UNION SELECT household_id, household_id FROM parties WHERE household_id IS NOT NULL;

CREATE TEMP TABLE subjects AS
SELECT subject, (row_number() OVER (ORDER BY subject) - 1)::INTEGER AS row
FROM (
    SELECT holder AS subject FROM holder_of JOIN parties ON party_id = party
    WHERE kind IN ('household', 'business', 'co-operative')
    UNION
    SELECT coalesce(holder, merchant) FROM (SELECT DISTINCT merchant FROM orders)
    LEFT JOIN holder_of ON party = merchant
);

CREATE TEMP TABLE subject_of AS
SELECT party, row FROM holder_of JOIN subjects ON holder = subject
UNION SELECT subject, row FROM subjects;

CREATE TEMP TABLE same_party AS
WITH marks AS (
    SELECT party_id, 'd' || device_hash AS mark FROM parties WHERE device_hash IS NOT NULL
    UNION ALL SELECT party_id, 'a' || account_hash FROM parties WHERE account_hash IS NOT NULL
    UNION ALL SELECT party_id, 'p' || address_hash FROM parties WHERE address_hash IS NOT NULL
)
SELECT row, party AS buyer FROM subject_of
UNION
SELECT row, other.party_id FROM marks AS own JOIN subject_of ON own.party_id = party
JOIN marks AS other ON own.mark = other.mark;

-- The tests that need only the order and what happened to it.
CREATE TEMP TABLE netted AS
WITH settled AS (
    -- Most orders have a row in both feeds: one grouping of both, not two and a join.
    SELECT order_id, sum(net)::BIGINT AS net, sum(netted)::BIGINT AS netted,
           min(settled_at) AS settled_at, max(confirmed) AS confirmed, max(cancelled) AS cancelled
    FROM (
        SELECT order_id, net, refund_netted AS netted, settled_at,
               NULL::TINYINT AS confirmed, NULL::TINYINT AS cancelled
        FROM settlements WHERE order_id IS NOT NULL
        UNION ALL
        SELECT order_id, NULL, NULL, NULL, CASE WHEN event <> 'cancelled' THEN 1 END,
               CASE WHEN event = 'cancelled' THEN 1 END
        FROM order_events
        WHERE event = 'cancelled' OR (event IN ('paid', 'picked_up') AND confirmed_by IS NOT NULL)
    ) GROUP BY order_id
), returned AS (
    SELECT order_id, sum(amount)::BIGINT AS refund,
           sum(amount) FILTER (refunded_at <= placed_at + getvariable('quick_seconds'))::BIGINT
               AS quick
    FROM refunds JOIN (SELECT order_id, placed_at FROM orders) USING (order_id) GROUP BY order_id
), carried AS (
    SELECT order_id, min("at") FILTER (event = 'handed_over') AS handed_at,
           min("at") FILTER (event = 'delivered') AS delivered_at
    FROM shipments WHERE order_id IS NOT NULL GROUP BY order_id
), happened AS (
    SELECT orders.order_id, subject_of.row, coalesce(holder, orders.buyer) AS buyer, placed_at,
           ((placed_at + 28800) // 86400)::INTEGER AS day, gross, coalesce(refund, 0) AS refund,
           coalesce(quick, 0) AS quick, net, coalesce(netted, 0) AS netted, promised_at,
           CASE WHEN promise = 'ship' THEN handed_at ELSE delivered_at END AS done_at,
           CASE WHEN same_party.row IS NULL THEN coalesce(settled_at, delivered_at) END AS closed_at,
           cancelled IS NOT NULL AS cancelled,
           settled_at IS NULL AS unsettled, same_party.row IS NOT NULL AS same,
           live_session IS NOT NULL AS live,
           confirmed IS NOT NULL OR (handed_at IS NOT NULL AND delivered_at IS NOT NULL)
               AS goods
    FROM orders
    JOIN subject_of ON merchant = party
    LEFT JOIN holder_of ON holder_of.party = orders.buyer
    LEFT JOIN same_party ON same_party.row = subject_of.row AND same_party.buyer = orders.buyer
    LEFT JOIN settled USING (order_id)
    LEFT JOIN returned USING (order_id)
    LEFT JOIN carried USING (order_id)
), judged AS (
    SELECT *, quick > 0 AND quick * 10000 >= gross * getvariable('quick_bps') AS quickly
    FROM happened
)
SELECT order_id, row, buyer, placed_at, day, gross, refund, promised_at, closed_at, live, quickly,
       done_at IS NULL OR done_at > promised_at AS late,
       NOT cancelled AND NOT same AND (unsettled OR NOT quickly) AS promised,
       (year(DATE '1970-01-01' + day) * 12 + month(DATE '1970-01-01' + day) - 1)::INTEGER AS month,
       CASE WHEN unsettled OR same OR quickly OR NOT goods THEN 0
            ELSE greatest(net - greatest(refund - netted, 0), 0) END AS q
FROM judged;

-- Hours that hold more than can be believed.
CREATE TEMP TABLE bursts AS
WITH hours AS (
    SELECT row, placed_at // 3600 AS hour, count(*) AS n FROM netted WHERE q > 0 AND NOT live
    GROUP BY ALL
), busy AS (
    SELECT row, hour FROM hours WHERE n > getvariable('burst_floor')
), past AS (
    SELECT busy.row, busy.hour, n FROM busy JOIN hours AS h ON h.row = busy.row
        AND h.hour < busy.hour AND h.hour >= busy.hour - getvariable('burst_hours')
), usual AS (
    SELECT row, hour, median(n) + getvariable('burst_deviations') * 1.4826 * mad(n) AS most
    FROM past GROUP BY ALL
), limits AS (
    SELECT row, hour, greatest(getvariable('burst_floor'), coalesce(most, 0)) AS most
    FROM busy LEFT JOIN usual USING (row, hour)
)
SELECT order_id FROM (
    SELECT order_id, most,
           row_number() OVER (PARTITION BY n.row, hour ORDER BY placed_at, order_id) AS place
    FROM netted AS n JOIN limits ON limits.row = n.row AND hour = placed_at // 3600
    WHERE q > 0 AND NOT live
) WHERE place > most;

-- What one buyer brought beyond the cap of his month.
CREATE TEMP TABLE left_over AS
SELECT order_id, row, month, buyer, placed_at, q FROM netted ANTI JOIN bursts USING (order_id)
WHERE q > 0;

CREATE TEMP TABLE caps AS
WITH sums AS (
    SELECT row, month, sum(q)::BIGINT AS s, count(*) AS n FROM left_over GROUP BY row, month
), grid AS (
    SELECT row, unnest(generate_series(min(month), max(month)))::INTEGER AS month
    FROM sums GROUP BY row
), filled AS (
    SELECT row, month, coalesce(s, 0) AS s, coalesce(n, 0) AS n, s IS NOT NULL AS sold
    FROM grid LEFT JOIN sums USING (row, month)
), before AS (
    SELECT row, month, s, n, sold, median(s) OVER six AS median, sum(s) OVER six AS total,
           sum(n) OVER six AS orders
    FROM filled
    WINDOW six AS (PARTITION BY row ORDER BY month ROWS BETWEEN 6 PRECEDING AND 1 PRECEDING)
)
SELECT row, month, floor(greatest(
    coalesce(median, 0) * getvariable('cap_bps') / 10000,
    CASE WHEN coalesce(orders, 0) > 0 THEN getvariable('cap_orders') * total::DOUBLE / orders
         ELSE getvariable('cap_orders') * s::DOUBLE / n END))::BIGINT AS cap
FROM before WHERE sold;

CREATE TEMP TABLE over_cap AS
SELECT row, month, buyer, cap
FROM (SELECT row, month, buyer, sum(q)::BIGINT AS s FROM left_over GROUP BY ALL)
JOIN caps USING (row, month) WHERE s > cap;

CREATE TEMP TABLE changed AS
WITH room AS (
    SELECT order_id, q, cap + q - sum(q) OVER (
        PARTITION BY row, month, buyer ORDER BY placed_at, order_id ROWS UNBOUNDED PRECEDING
    ) AS room
    FROM left_over JOIN over_cap USING (row, month, buyer)
)
SELECT order_id, greatest(room, 0)::BIGINT AS q FROM room WHERE room < q
UNION ALL SELECT order_id, 0 FROM bursts;

DROP TABLE left_over;

-- A day's summary, and the weeks, months and totals it adds up to.
CREATE TEMP VIEW sales AS
SELECT netted.* REPLACE (coalesce(changed.q, netted.q) AS q) FROM netted
LEFT JOIN changed USING (order_id);

CREATE TEMP TABLE days AS
SELECT row, day, month, ((day + 3) // 7)::INTEGER AS week, count(*) AS orders,
       count_if(q > 0) AS clean_orders, sum(gross)::BIGINT AS gross, sum(refund)::BIGINT AS refund,
       sum(q)::BIGINT AS q
FROM sales GROUP BY row, day, month;

CREATE TEMP TABLE weeks AS
SELECT row, week, sum(q)::BIGINT AS q FROM days WHERE week <= getvariable('last_week')
GROUP BY row, week HAVING sum(q) > 0;

CREATE TEMP TABLE months AS
SELECT row, month, sum(orders)::BIGINT AS orders, sum(gross)::BIGINT AS gross,
       sum(refund)::BIGINT AS refund, sum(q)::BIGINT AS q
FROM days WHERE month > getvariable('this_month') - 25 GROUP BY row, month;

CREATE TEMP TABLE totals AS
SELECT row, sum(orders)::BIGINT AS orders, sum(clean_orders)::BIGINT AS clean_orders,
       sum(gross)::BIGINT AS gross, sum(refund)::BIGINT AS refund, sum(q)::BIGINT AS clean,
       min(day) FILTER (q > 0) AS first_sale, max(day) FILTER (q > 0) AS last_sale,
       min(day) AS first_order, max(day) AS last_order
FROM days GROUP BY row;

-- The usual year of each category, taken out of weekly sales.
CREATE TEMP TABLE category_of AS
SELECT row, category
FROM (
    SELECT row, category, sum(amount) AS amount
    FROM (SELECT subject, category, sum(amount) AS amount FROM order_lines GROUP BY ALL)
    JOIN subject_of ON subject = party GROUP BY ALL
)
QUALIFY row_number() OVER (PARTITION BY row ORDER BY amount DESC, category) = 1;

CREATE TEMP TABLE season AS
WITH logs AS (
    SELECT category, week, sum(ln(1 + q / 100)) AS total, count(*) AS n
    FROM weeks JOIN category_of USING (row) GROUP BY ALL
), long AS (
    SELECT category FROM logs GROUP BY category
    HAVING max(week) - min(week) + 1 >= getvariable('season_weeks')
), of_year AS (
    SELECT category, weekofyear(DATE '1970-01-01' + 7 * week) AS of_year, sum(total) / sum(n) AS mean
    FROM logs SEMI JOIN long USING (category) GROUP BY ALL
), width AS (
    SELECT category, CASE WHEN max(of_year) = 53 THEN 53 ELSE 52 END AS width, avg(mean) AS year
    FROM of_year GROUP BY category
), places AS (
    SELECT category, width, unnest(generate_series(1, width)) AS of_year FROM width
)
SELECT places.category, places.of_year, avg(mean - year) AS season
FROM places
CROSS JOIN (SELECT unnest(generate_series(-2, 2)) AS shift)
JOIN width ON width.category = places.category
LEFT JOIN of_year ON of_year.category = places.category
    AND of_year.of_year = (places.of_year - 1 + shift + places.width) % places.width + 1
GROUP BY ALL;

CREATE TEMP TABLE residuals AS
WITH logs AS (
    SELECT row, week, ln(1 + q / 100) - coalesce(season, 0) AS log
    FROM weeks
    LEFT JOIN category_of USING (row)
    LEFT JOIN (SELECT category, max(of_year) AS last FROM season GROUP BY category) USING (category)
    LEFT JOIN season ON season.category = category_of.category
        AND season.of_year = least(weekofyear(DATE '1970-01-01' + 7 * week), last)
    WHERE week > getvariable('last_week') - 26
)
SELECT row, week, log - mid AS r
FROM logs JOIN (SELECT row, median(log) AS mid FROM logs GROUP BY row) USING (row);

-- Seven measures, each with the observations behind it.
CREATE TEMP TABLE volatility AS
SELECT row, sqrt(avg(least(r, 0) * least(r, 0))) AS volatility, count(*) AS weeks
FROM residuals GROUP BY row;

CREATE TEMP TABLE trend AS
SELECT row, 26 * median((b.r - a.r) / (b.week - a.week)) AS trend
FROM residuals AS a JOIN residuals AS b USING (row) WHERE b.week > a.week GROUP BY row;

CREATE TEMP TABLE level AS
SELECT row, log10(median(q / 100)) AS level, count(*) AS months FROM months
WHERE q > 0 AND month >= getvariable('this_month') - 12 AND month < getvariable('this_month')
GROUP BY row;

CREATE TEMP TABLE promises AS
SELECT row, count(*) AS orders, count_if(late) AS late FROM netted
WHERE promised AND promised_at <= getvariable('cutoff')
    AND promised_at > getvariable('cutoff') - 86400 * getvariable('fulfilment_days')
GROUP BY row;

CREATE TEMP TABLE returns AS
SELECT row, count(*) AS orders, sum(gross)::BIGINT AS gross, sum(refund)::BIGINT AS refund
FROM netted
WHERE closed_at <= getvariable('cutoff')
    AND closed_at > getvariable('cutoff') - 86400 * getvariable('returns_days')
GROUP BY row;

CREATE TEMP TABLE concentration AS
SELECT row, count(*) AS buyers, max(q) AS largest, sum(q)::BIGINT AS every
FROM (
    SELECT row, buyer, sum(q)::BIGINT AS q FROM sales
    WHERE q > 0 AND day > getvariable('today') - getvariable('concentration_days') GROUP BY ALL
) GROUP BY row;

CREATE TEMP TABLE measures AS
SELECT subject,
       level AS level_x, coalesce(months, 0) AS level_n,
       100 * (getvariable('span_weeks') * coalesce(weeks, 0) / 26
           + getvariable('span_tenure') * coalesce(least(1,
               (getvariable('today') - first_sale) / getvariable('tenure_days')), 0)
           + getvariable('span_recency') * coalesce(
               2 ** (-(getvariable('today') - last_sale) / getvariable('half_life')), 0))
           / (getvariable('span_weeks') + getvariable('span_tenure')
              + getvariable('span_recency')) AS span_x,
       1 AS span_n,
       volatility AS volatility_x, coalesce(weeks, 0) AS volatility_n,
       trend AS trend_x, CASE WHEN weeks > 1 THEN weeks ELSE 0 END AS trend_n,
       least(1, late / promises.orders) AS fulfilment_x, coalesce(promises.orders, 0) AS fulfilment_n,
       CASE WHEN returns.gross > 0 THEN least(1, returns.refund / returns.gross) END AS returns_x,
       CASE WHEN returns.gross > 0 THEN returns.orders ELSE 0 END AS returns_n,
       largest / every AS concentration_x, coalesce(buyers, 0) AS concentration_n
FROM subjects
LEFT JOIN totals USING (row)
LEFT JOIN level USING (row)
LEFT JOIN volatility USING (row)
LEFT JOIN trend USING (row)
LEFT JOIN promises USING (row)
LEFT JOIN returns USING (row)
LEFT JOIN concentration USING (row);
