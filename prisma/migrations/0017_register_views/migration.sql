-- The people of a home see who opened its card in the register too, not only at the desk.
alter policy home_reads on audit_entries using (action in ('desk.cardOpened', 'premises.cardOpened')
  and premises_id = any((select auth.premises('{account.read}'))::uuid[]));
