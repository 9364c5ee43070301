-- What the library promises of a ledger, promised again by the database, whoever writes to it.
-- A refusal is error 23S01 (an integrity error); its constraint name is the library's code.

-- What looks at other rows runs as the owner, past row security: it names the institution itself,
-- and to be told that twice misleads the planner into an index that begins with nothing else. No plan
-- may be made for a large batch and kept for a single row, hence the settings.

create sequence transaction_number;

create function refuse(code text, wrong text, hint text default '') returns void
language plpgsql as $$
begin
    raise exception using errcode = '23S01', message = wrong, hint = hint, constraint = code;
end $$;

-- Postings may come in several statements only where the transaction says so, and is then looked
-- at as it commits; otherwise each statement must bring whole transactions.
create function in_several_statements() returns boolean
language sql stable as $$ select current_setting('suixin.spans', true) is not distinct from 'on' $$;

-- Closing a day waits for whoever is booking, and who books waits for a closing.
create function hold_day_open(of_institution integer) returns void
language sql as $$ select pg_advisory_xact_lock_shared(hashtext('suixin.day'), of_institution) $$;

-- Postings: whole, of zero sum in each currency, in the books' own accounts, on the days of their
-- transaction. What is looked at is what the statement brought: lines 1 to the last, so that none
-- can be added later.
create function check_postings() returns trigger
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    wrong record;
begin
    if in_several_statements() then
        return null;
    end if;
    select t.key, s.* into wrong
      from (select institution_id, transaction_id, bool_or(total <> 0) as off, sum(n) as n,
                   min(first) as first, max(last) as last,
                   min(value_low) as value_low, max(value_high) as value_high,
                   min(booked_low) as booked_low, max(booked_high) as booked_high
              from (select institution_id, transaction_id, currency, sum(fen) as total,
                           count(*) as n, min(line) as first, max(line) as last,
                           min(value_on) as value_low, max(value_on) as value_high,
                           min(booked_on) as booked_low, max(booked_on) as booked_high
                      from new_rows
                     group by institution_id, transaction_id, currency) as c
             group by institution_id, transaction_id) as s
      left join transaction as t on (t.institution_id, t.id) = (s.institution_id, s.transaction_id)
     where s.off or t.id is null or t.standing <> 'posted'
        or (t.lines, 1, t.lines) <> (s.n, s.first, s.last)
        or (s.value_low, s.value_high) <> (t.value_on, t.value_on)
        or (s.booked_low, s.booked_high) <> (t.booked_on, t.booked_on)
     limit 1;
    if found then
        perform refuse_postings(wrong.key, wrong.off);
    end if;
    select n.account into wrong
      from (select distinct institution_id, account from new_rows) as n
      join institution as i on i.id = n.institution_id
      left join account as a on (a.institution_id, a.code) = (n.institution_id, n.account)
     where a.code is null or a.books <> i.books
     limit 1;
    if found then
        perform refuse('NO_ACCOUNT', format('The chart has no account %s.', wrong.account),
                       'Add it first.');
    end if;
    return null;
end $$;

create function refuse_postings(key text, off boolean) returns void
language plpgsql as $$
begin
    if off then
        perform refuse('NOT_ZERO', format('%s: the postings do not sum to 0 in each currency.', key),
                       'Post every debit with its credit.');
    end if;
    perform refuse('NOT_WHOLE', format('%s: these are not all its postings.', key),
                   'Insert a transaction with all its postings, on its own days.');
end $$;

-- Transactions: a day that is open, a step that may follow, something to take back.
create function check_transactions() returns trigger
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    wrong record;
begin
    perform hold_day_open(n.institution_id)
       from (select distinct institution_id from new_rows) as n;
    select n.key, n.booked_on, i.closed_through into wrong
      from new_rows as n join institution as i on i.id = n.institution_id
     where n.booked_on <= i.closed_through
     limit 1;
    if found then
        perform refuse('DAY_CLOSED', format('%s is booked on %s; the days to %s are closed.',
                       wrong.key, wrong.booked_on, wrong.closed_through), 'Book it on an open day.');
    end if;
    if exists (select from new_rows where step = 1) then
        select n.key, n.booked_on, p.booked_on as pending_on, p.key is null as lost,
               (n.reverses, n.corrects, n.pair, n.text, n.lines)
               is distinct from (p.reverses, p.corrects, p.pair, p.text, p.lines) as other
          into wrong
          from new_rows as n
          left join transaction as p
            on (p.institution_id, p.key, p.step) = (n.institution_id, n.key, 0)
           and p.standing = 'pending'
         where n.step = 1
           and (p.key is null or n.booked_on < p.booked_on
                or (n.reverses, n.corrects, n.pair, n.text, n.lines)
                   is distinct from (p.reverses, p.corrects, p.pair, p.text, p.lines)
                or (n.standing = 'posted' and p.held is distinct from held_of(n.institution_id, n.id)))
         limit 1;
        if found then
            perform refuse_end(wrong.key, wrong.lost, wrong.booked_on, wrong.pending_on);
        end if;
    end if;
    if exists (select from new_rows where reverses <> '' and standing <> 'voided') then
        perform check_reversal(n.institution_id, n.reverses, n.booked_on)
           from new_rows as n where n.reverses <> '' and n.standing <> 'voided';
    end if;
    if in_several_statements() then
        return null;
    end if;
    select n.key into wrong
      from new_rows as n
     where n.standing = 'posted'
       and not exists (select from posting as p
                        where (p.institution_id, p.transaction_id) = (n.institution_id, n.id))
     limit 1;
    if found then
        perform refuse_postings(wrong.key, false);
    end if;
    return null;
end $$;

create function refuse_end(key text, lost boolean, booked_on date, pending_on date) returns void
language plpgsql as $$
begin
    if lost then
        perform refuse('NOT_PENDING', format('%s is not pending.', key), 'It moves on once.');
    elsif booked_on < pending_on then
        perform refuse('DATES', format('%s is before %s was booked, %s.', booked_on, key, pending_on),
                       'Book it on that day or later.');
    end if;
    perform refuse('KEY_TAKEN', format('%s is not what was entered as pending.', key),
                   'Confirm it as it is, or void it.');
end $$;

-- That it was taken back already, the unique index on `reverses` tells.
create function check_reversal(of_institution integer, of_key text, on_day date) returns void
language plpgsql as $$
declare
    found_ transaction;
begin
    select * into found_ from transaction as t
     where (t.institution_id, t.key) = (of_institution, of_key) order by step desc limit 1;
    if not found then
        perform refuse('NO_TRANSACTION', format('There is no transaction %s.', of_key),
                       'Check the key.');
    elsif found_.standing <> 'posted' then
        perform refuse('NOT_POSTED', format('%s is %s, so nothing is to be taken back.', of_key,
                       found_.standing), 'Void what is pending.');
    elsif found_.reverses <> '' then
        perform refuse('REVERSAL', format('%s is itself a reversal.', of_key), 'Post it anew.');
    elsif on_day < found_.booked_on then
        perform refuse('DATES', format('%s is before %s was booked, %s.', on_day, of_key,
                       found_.booked_on), 'Book it on that day or later.');
    end if;
end $$;

-- The postings of a transaction as a pending one holds them.
create function held_of(of_institution integer, of_transaction bigint) returns jsonb
language sql stable as $$
    select jsonb_agg(jsonb_build_array(account, fen, currency, agreement, party, sheet, mode, tier)
                     order by line)
      from posting where institution_id = of_institution and transaction_id = of_transaction
$$;

-- The rare transaction that spans statements: looked at whole, as it commits.
create function check_whole() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    number bigint := case tg_table_name when 'posting' then (to_jsonb(new) ->> 'transaction_id')
                     else (to_jsonb(new) ->> 'id') end;
    wrong record;
begin
    select t.key, t.standing, t.lines, count(p.line) as n,
           exists (select from posting as q
                    where (q.institution_id, q.transaction_id) = (new.institution_id, number)
                    group by q.currency having sum(q.fen) <> 0) as off,
           count(*) filter (where a.code is null or a.books <> i.books) as strange,
           count(*) filter (where (p.value_on, p.booked_on) <> (t.value_on, t.booked_on)) as moved
      into wrong
      from transaction as t
      join institution as i on i.id = t.institution_id
      left join posting as p on (p.institution_id, p.transaction_id) = (t.institution_id, t.id)
      left join account as a on (a.institution_id, a.code) = (p.institution_id, p.account)
     where (t.institution_id, t.id) = (new.institution_id, number)
     group by t.institution_id, t.id;
    if not found then
        perform refuse_postings(number::text, false);
    elsif wrong.standing <> 'posted' and wrong.n = 0 then
        return null;
    elsif wrong.off or wrong.standing <> 'posted' or wrong.n <> wrong.lines or wrong.moved > 0 then
        perform refuse_postings(wrong.key, wrong.off);
    elsif wrong.strange > 0 then
        perform refuse('NO_ACCOUNT', format('%s: an account is not in the chart.', wrong.key), '');
    end if;
    return null;
end $$;

create function keep_as_is() returns trigger
language plpgsql as $$
begin
    perform refuse('KEPT', format('What stands in %s stays as it is.', tg_table_name),
                   'Take a transaction back by another that names it; add a new row elsewhere.');
    return null;
end $$;

create trigger check_transactions after insert on transaction
    referencing new table as new_rows for each statement execute function check_transactions();
create trigger check_postings after insert on posting
    referencing new table as new_rows for each statement execute function check_postings();
create constraint trigger check_whole after insert on transaction
    deferrable initially deferred for each row
    when (in_several_statements()) execute function check_whole();
create constraint trigger check_whole after insert on posting
    deferrable initially deferred for each row
    when (in_several_statements()) execute function check_whole();

-- Whole transactions in one call. A key that is known already is left as it is, and its place told.
-- `owners` has the place of each posting's transaction.
create function post_transactions(
    of_institution integer,
    keys text[], steps smallint[], value_ons date[], booked_ons date[], texts text[],
    reversed text[], corrected text[], pairs text[], counts smallint[],
    owners integer[], numbers smallint[], accounts text[], fens bigint[], currencies text[],
    agreements text[], parties text[], sheets text[], modes text[], tiers text[]
) returns setof integer
language plpgsql as $$
declare
    ids bigint[] := array(select nextval('transaction_number')
                            from generate_series(1, cardinality(keys)));
    done bigint[];
begin
    perform act_for(of_institution);
    with made as (
        insert into transaction (institution_id, id, key, step, standing, value_on, booked_on, text,
                                 reverses, corrects, pair, lines)
        select of_institution, ids[t.place], t.key, t.step, 'posted', t.value_on, t.booked_on,
               t.text, t.reverses, t.corrects, t.pair, t.lines
          from unnest(keys, steps, value_ons, booked_ons, texts, reversed, corrected, pairs, counts)
               with ordinality as t(key, step, value_on, booked_on, text, reverses, corrects, pair,
                                    lines, place)
        on conflict (institution_id, key, step) do nothing
        returning transaction.id),
    posted as (
        insert into posting (institution_id, transaction_id, line, account, fen, currency,
                             agreement, party, sheet, mode, tier, value_on, booked_on)
        select of_institution, ids[p.owner], p.line, p.account, p.fen, p.currency, p.agreement,
               p.party, p.sheet, p.mode, p.tier, value_ons[p.owner], booked_ons[p.owner]
          from unnest(owners, numbers, accounts, fens, currencies, agreements, parties, sheets,
                      modes, tiers)
               as p(owner, line, account, fen, currency, agreement, party, sheet, mode, tier)
         where ids[p.owner] in (select made.id from made))
    select array_agg(made.id) into done from made;
    if cardinality(done) = cardinality(keys) then
        return;
    end if;
    return query
    select place::integer from unnest(ids) with ordinality as t(id, place)
     where not t.id = any (coalesce(done, '{}')) order by place;
end $$;
