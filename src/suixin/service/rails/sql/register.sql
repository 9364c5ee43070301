-- The register of payments: whose rows they are, what of them stays, and which moves there are.

alter table payee add foreign key (institution_id, party_id)
    references party (institution_id, party_id);
alter table payment add foreign key (institution_id, payee)
    references payee (institution_id, listed);
alter table bank_out_handed add foreign key (institution_id, name)
    references bank_out (institution_id, name);
alter table receipt_part add foreign key (institution_id, reference)
    references receipt_due (institution_id, reference);

do $$
declare
    name text;
begin
    foreach name in array array['payee', 'payment', 'bank_key', 'bank_out', 'bank_out_handed',
            'bank_in', 'bank_fault', 'bank_report', 'bank_account', 'bank_seen', 'bank_notice',
            'bank_line', 'receipt_due', 'receipt_part', 'suspense_case', 'payment_move'] loop
        execute format('call secure(%L)', name);
    end loop;
    -- What went out and what came stays.
    foreach name in array array['bank_out', 'bank_out_handed', 'bank_in', 'bank_report',
            'bank_line', 'receipt_part', 'payment_move'] loop
        execute format('call keep(%L)', name);
        execute format('grant select, insert on %I to suixin_app', name);
        execute format('grant select on %I to suixin_auditor', name);
    end loop;
    -- The rest moves on, and is never taken away.
    foreach name in array array['payee', 'payment', 'bank_key', 'bank_account', 'bank_seen',
            'bank_notice', 'receipt_due', 'suspense_case'] loop
        execute format('create trigger keep_as_is before delete on %I
                        for each row execute function keep_as_is()', name);
        execute format('call keep_whole(%L)', name);
        execute format('grant select, insert, update on %I to suixin_app', name);
    end loop;
    foreach name in array array['payee', 'payment', 'bank_account', 'bank_seen', 'bank_notice',
            'receipt_due', 'suspense_case', 'bank_fault'] loop
        execute format('grant select on %I to suixin_auditor', name);
    end loop;
end $$;
grant select, insert, update, delete on bank_fault to suixin_app;

-- Two people, told apart as the library does: neither is empty, and they are not one.
create function are_two(by text[]) returns boolean
language sql immutable parallel safe as $$
    select cardinality(by) = 2 and btrim(by[1]) <> '' and btrim(by[2]) <> ''
       and lower(btrim(normalize(by[1], NFKC))) <> lower(btrim(normalize(by[2], NFKC)))
$$;

-- Who may be paid: listed by two, and only whether he is blocked changes.
create function check_payee() returns trigger
language plpgsql as $$
begin
    if not are_two(new.agreed_by) then
        perform refuse('TWO_PEOPLE', format('Listing %s needs two people.', new.listed),
                       'Have another sign.');
    elsif tg_op = 'UPDATE'
          and to_jsonb(new) - 'blocked_by' <> to_jsonb(old) - 'blocked_by' then
        perform refuse('KEPT', format('The payee %s stays as it was listed.', new.listed),
                       'List the other account under a number of its own.');
    end if;
    return new;
end $$;
create trigger check_payee before insert or update on payee
    for each row execute function check_payee();

-- A payment begins pending, by two people, and moves as the table of states says. What it is for
-- never changes; nor does where it stands while it stays in its state, but for what is noted of it.
create function check_payment() returns trigger
language plpgsql as $$
declare
    noted constant text[] := array['state', 'file', 'sent_on', 'pay_on', 'told_on', 'value_on',
        'line', 'returned_by', 'reason', 'known', 'cancel', 'redated', 'missed', 'replaced_by'];
begin
    if not are_two(new.agreed_by) then
        perform refuse('TWO_PEOPLE', format('%s needs two people.', new.id), 'Have another sign.');
    elsif tg_op = 'INSERT' then
        if new.state <> 'pending' then
            perform refuse('MOVE', format('%s begins as %s.', new.id, new.state),
                           'A payment begins pending.');
        end if;
        return new;
    elsif to_jsonb(new) - noted <> to_jsonb(old) - noted then
        perform refuse('KEPT', format('What %s is for stays as it was.', new.id),
                       'Withdraw it, and enter another.');
    elsif new.state <> old.state and (old.state, new.state) not in (
            ('pending', 'sent'), ('pending', 'rejected'), ('sent', 'accepted'),
            ('sent', 'rejected'), ('sent', 'settled'), ('accepted', 'rejected'),
            ('accepted', 'settled'), ('settled', 'returned')) then
        perform refuse('MOVE', format('%s does not go from %s to %s.', new.id, old.state, new.state),
                       'See docs/rails.md for the moves there are.');
    elsif (old.file <> '' and new.file <> old.file) or (old.line <> '' and new.line <> old.line)
          or (old.replaced_by <> '' and new.replaced_by <> old.replaced_by) then
        perform refuse('KEPT', format('The file and the line of %s stay.', new.id), '');
    elsif new.file <> old.file and not exists (
            select from bank_out as f where (f.institution_id, f.name)
                                          = (new.institution_id, new.file)) then
        perform refuse('NOT_KEPT', format('%s is sent in no file that is kept.', new.id),
                       'Keep the bytes first.');
    end if;
    return new;
end $$;
create trigger check_payment before insert or update on payment
    for each row execute function check_payment();

-- Every move is kept, with who made it and why, as the transaction was begun for.
create function note_payment_move() returns trigger
language plpgsql as $$
declare
    told jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
begin
    insert into payment_move (institution_id, payment, number, was, became, by, why)
    select new.institution_id, new.id, count(*) + 1,
           case tg_op when 'UPDATE' then old.state else '' end, new.state,
           coalesce(told ->> 'by', ''), coalesce(told ->> 'why', '')
      from payment_move as m
     where (m.institution_id, m.payment) = (new.institution_id, new.id);
    return null;
end $$;
create trigger note_payment_entered after insert on payment
    for each row execute function note_payment_move();
create trigger note_payment_move after update of state on payment
    for each row when (old.state <> new.state) execute function note_payment_move();

-- A receipt to come is what it is; what came of it only grows.
create function check_receipt_due() returns trigger
language plpgsql as $$
begin
    if new.received_fen < old.received_fen
       or to_jsonb(new) - 'received_fen' <> to_jsonb(old) - 'received_fen' then
        perform refuse('KEPT', format('The receipt %s stays as it was.', new.reference),
                       'Enter another under its own reference.');
    end if;
    return new;
end $$;
create trigger check_receipt_due before update on receipt_due
    for each row execute function check_receipt_due();

-- A case is closed once: where it holds money by two people, or by a later line of the bank's.
create function check_suspense_case() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.closed_on is not null then
            perform refuse('KEPT', format('The case %s opens closed.', new.key), 'Open it first.');
        end if;
        return new;
    elsif old.closed_on is not null or new.closed_on is null
          or to_jsonb(new) - array['closed_on', 'closed_by', 'how']
             <> to_jsonb(old) - array['closed_on', 'closed_by', 'how'] then
        perform refuse('KEPT', format('The case %s changes once, when it is closed.', old.key),
                       'Open another.');
    elsif new.closed_by <> array['bank'] and (new.how = '' or cardinality(new.closed_by) = 0) then
        perform refuse('NO_WORDS', format('%s is closed by whom, and how?', old.key), 'Say both.');
    elsif old.fen <> 0 and new.closed_by <> array['bank'] and not are_two(new.closed_by) then
        perform refuse('TWO_PEOPLE', format('Releasing %s needs two people.', old.key),
                       'Have another sign.');
    end if;
    return new;
end $$;
create trigger check_suspense_case before insert or update on suspense_case
    for each row execute function check_suspense_case();

-- Statements follow one another; what a notice told is confirmed or withdrawn, not taken back.
create function check_bank_account() returns trigger
language plpgsql as $$
begin
    if (new.account, new.bank, new.began_fen, new.began_on)
       <> (old.account, old.bank, old.began_fen, old.began_on) or new.closing_on < old.closing_on
    then
        perform refuse('KEPT', format('The statements of %s go on from %s.', old.bank,
                       old.closing_on), 'Take in the one that follows.');
    end if;
    return new;
end $$;
create trigger check_bank_account before update on bank_account
    for each row execute function check_bank_account();

create function check_bank_seen() returns trigger
language plpgsql as $$
begin
    if new.lines < old.lines then
        perform refuse('KEPT', 'Lines are counted upwards.', '');
    end if;
    return new;
end $$;
create trigger check_bank_seen before update on bank_seen
    for each row execute function check_bank_seen();

create function check_bank_notice() returns trigger
language plpgsql as $$
begin
    if (old.confirmed and not new.confirmed) or (old.withdrawn and not new.withdrawn)
       or to_jsonb(new) - array['confirmed', 'withdrawn']
          <> to_jsonb(old) - array['confirmed', 'withdrawn'] then
        perform refuse('KEPT', format('The notice of %s stays.', old.key), '');
    end if;
    return new;
end $$;
create trigger check_bank_notice before update on bank_notice
    for each row execute function check_bank_notice();
