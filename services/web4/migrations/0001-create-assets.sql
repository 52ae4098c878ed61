CREATE TABLE assets (
  id text PRIMARY KEY,
  media_type text NOT NULL,
  content text NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now()
);
