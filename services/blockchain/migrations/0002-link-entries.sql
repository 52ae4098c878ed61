-- The SHA-256 of an entry in its canonical form, which chain.ts documents and recomputes.
CREATE FUNCTION entry_hash(previous_hash bytea, sequence bigint, bucket integer, id uuid, sender text, recipient text, amount numeric, created_at timestamptz) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(concat_ws(E'\n',
    'rechain-entry-1',
    encode(previous_hash, 'hex'),
    sequence,
    lpad(to_hex(bucket), 4, '0') || '-' || id,
    sender,
    recipient,
    trim_scale(amount),
    to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  ), 'UTF8'))
$$;

-- The newest entry of every account that has sent one. Each new entry updates this row, so an account's entries are
-- written one after the other.
CREATE TABLE account_heads (
  bucket integer NOT NULL CHECK (bucket BETWEEN 0 AND 65535),
  address text NOT NULL,
  sequence bigint NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (bucket, address)
);

ALTER TABLE transactions
  ADD COLUMN sequence bigint,
  ADD COLUMN previous_hash bytea CHECK (length(previous_hash) = 32),
  ADD COLUMN hash bytea CHECK (length(hash) = 32),
  ADD COLUMN idempotency_key text;

-- Milliseconds, as clients see them: what is hashed must be what they can hash.
UPDATE transactions SET created_at = date_trunc('milliseconds', created_at);

-- Links the entries there are, in the order of their making.
DO $$
DECLARE
  entry transactions;
  head account_heads;
BEGIN
  FOR entry IN SELECT * FROM transactions ORDER BY bucket, sender, created_at, id LOOP
    IF head.bucket IS DISTINCT FROM entry.bucket OR head.address IS DISTINCT FROM entry.sender THEN
      head := ROW(entry.bucket, entry.sender, 0, NULL, decode(repeat('00', 32), 'hex'));
    END IF;
    head.sequence := head.sequence + 1;
    head.previous_hash := head.hash;
    head.hash := entry_hash(head.previous_hash, head.sequence, entry.bucket, entry.id, entry.sender, entry.recipient, entry.amount, entry.created_at);
    UPDATE transactions SET sequence = head.sequence, previous_hash = head.previous_hash, hash = head.hash WHERE bucket = entry.bucket AND id = entry.id;
    INSERT INTO account_heads VALUES (head.*) ON CONFLICT (bucket, address) DO UPDATE SET sequence = head.sequence, previous_hash = head.previous_hash, hash = head.hash;
  END LOOP;
END
$$;

ALTER TABLE transactions
  ALTER COLUMN sequence SET NOT NULL,
  ALTER COLUMN previous_hash SET NOT NULL,
  ALTER COLUMN hash SET NOT NULL,
  ADD CONSTRAINT transactions_one_per_sequence UNIQUE (bucket, sender, sequence),
  ADD CONSTRAINT transactions_one_per_idempotency_key UNIQUE (bucket, sender, idempotency_key);

-- Transactions of an account, newest first.
CREATE INDEX transactions_by_sender ON transactions (sender, created_at DESC, id DESC);
CREATE INDEX transactions_by_recipient ON transactions (recipient, created_at DESC, id DESC);
