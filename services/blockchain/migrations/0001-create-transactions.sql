-- Led by the bucket, so that the rows of a bucket can be found and moved to another shard.
CREATE TABLE transactions (
  bucket integer NOT NULL CHECK (bucket BETWEEN 0 AND 65535),
  id uuid NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  amount numeric(34, 18) NOT NULL CHECK (amount >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (bucket, id)
);
