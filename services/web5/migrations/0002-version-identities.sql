-- Counts the keys that an identity has had; a rotation names the one that it replaces.
ALTER TABLE identities
  ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
