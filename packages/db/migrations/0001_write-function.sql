-- What makes positions of a rewound log never compare with those of the log that clients saw (R2): the cluster, the
-- oid of folkmoot.rooms (new after every restore) and the WAL timeline, each as far as the role may read it.
CREATE FUNCTION folkmoot.cluster_mark() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  mark text := 'folkmoot.rooms'::regclass::oid::text;
BEGIN
  IF has_function_privilege('pg_control_system()', 'execute') THEN
    mark := mark || ':' || (SELECT system_identifier FROM pg_control_system());
  END IF;
  IF pg_is_in_recovery() THEN
    -- A standby has no WAL position of its own to name; its timeline is the one that it last checkpointed on.
    IF has_function_privilege('pg_control_checkpoint()', 'execute') THEN
      mark := mark || ':' || lpad(upper(to_hex((SELECT timeline_id FROM pg_control_checkpoint()))), 8, '0');
    END IF;
  ELSIF has_function_privilege('pg_walfile_name(pg_lsn)', 'execute') THEN
    -- After a promotion pg_control_checkpoint() tells the old timeline until the next checkpoint; this one does not.
    mark := mark || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
  END IF;
  RETURN mark;
END
$$;
--> statement-breakpoint
CREATE FUNCTION folkmoot.epoch_of(room_epoch text, mark text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(encode(sha256(convert_to(room_epoch || ':' || mark, 'UTF8')), 'hex'), 12)
$$;
--> statement-breakpoint
-- Whether times are those that an import may write: as many as operations, none before the one before it, none before
-- p_from, none after now.
CREATE FUNCTION folkmoot.are_times_of_past(p_times timestamptz[], p_count integer, p_from timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
  SELECT count(*) = p_count AND coalesce(bool_and(
    t.at IS NOT NULL AND t.at >= coalesce(t.before, p_from, '-infinity') AND t.at <= clock_timestamp()
  ), true)
  FROM (
    SELECT u.at, lag(u.at) OVER (ORDER BY u.ord) AS before FROM unnest(p_times) WITH ORDINALITY AS u (at, ord)
  ) t
$$;
--> statement-breakpoint
-- Writes one batch of sends, edits and deletes to one room, in the order of the arrays, in one transaction (S5).
--
-- Why a function: the statement that takes the room's lock has a snapshot from before it waited. Whoever reads on in
-- that same statement misses what the lock's last holder committed, and doubles a repeat or loses an edit. In a
-- function each statement has a snapshot of its own, so everything below the lock sees everything before it.
--
-- A message id, and an author's client message id, may stand in a batch once only: the caller starts a new batch for
-- the next one.
--
-- p_times is for imports alone: when each operation happened, for a log that was kept elsewhere. Then the times have to
-- rise from the room's last event on and lie in the past, or nothing is written and 22000 is raised: S1 holds for them too.
-- A room without events takes any past.
--
-- Returned is one row for each operation, in no order:
--   ordinal   which operation, from 1
--   status   'written'; 'unchanged' (a repeat, an edit to the same text, a second delete); or why it was refused
--   epoch, head   the room's position after the batch, the same in each row
--   event_seq, event_type   of the event that it caused, null without one
--   the rest   the message as it is now, with its author; null where there is none
CREATE FUNCTION folkmoot.write_room(
  p_room text,
  p_kinds text[],
  p_message_ids uuid[],
  p_actor_ids uuid[],
  p_texts text[],
  p_client_message_ids uuid[],
  p_as_moderator boolean[],
  p_times timestamptz[] DEFAULT NULL
) RETURNS TABLE (
  ordinal integer,
  status text,
  epoch text,
  head bigint,
  event_seq bigint,
  event_type text,
  id uuid,
  seq bigint,
  version bigint,
  user_id uuid,
  message text,
  edited_at timestamptz,
  is_deleted boolean,
  created_at timestamptz,
  updated_at timestamptz,
  client_message_id uuid,
  username text,
  name text,
  is_guest boolean
) LANGUAGE plpgsql VOLATILE
-- PostgreSQL plans the large statement below once a connection, maybe while the tables are empty, and keeps to that plan.
-- Its only good plan looks rows up by their keys, whatever the statistics say at that moment; to join in any other way is
-- to read all users.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  v_room folkmoot.rooms;
  v_epoch text;
  v_at timestamptz;
BEGIN
  -- S1: acknowledged means durable, whatever the role's or the database's default is.
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;

  SELECT * INTO v_room FROM folkmoot.rooms r WHERE r.slug = p_room FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY
      SELECT i, 'ROOM_NOT_FOUND', NULL::text, NULL::bigint, NULL::bigint, NULL::text, NULL::uuid, NULL::bigint,
        NULL::bigint, NULL::uuid, NULL::text, NULL::timestamptz, NULL::boolean, NULL::timestamptz, NULL::timestamptz,
        NULL::uuid, NULL::text, NULL::text, NULL::boolean
      FROM generate_subscripts(p_kinds, 1) AS i;
    RETURN;
  END IF;

  v_epoch := folkmoot.epoch_of(v_room.epoch, folkmoot.cluster_mark());
  -- Taken after the lock and never before the last event: times do not fall in the order of seq (S1).
  v_at := greatest(date_trunc('milliseconds', clock_timestamp()), v_room.last_at);
  IF p_times IS NOT NULL AND NOT folkmoot.are_times_of_past(
    p_times, cardinality(p_kinds), CASE WHEN v_room.last_seq > 0 THEN v_room.last_at END
  ) THEN
    RAISE EXCEPTION 'the times of an import do not rise from the room''s last event to now' USING ERRCODE = '22000';
  END IF;

  RETURN QUERY
  WITH operation AS MATERIALIZED (
    -- The room is a column here, and compared as one, so that every look-up goes by a whole key: beside a parameter an
    -- index on the room alone would seem good enough.
    SELECT p_room AS room_id, o.*, o.ord::integer AS place, sha256(convert_to(o.text, 'UTF8')) AS hash,
      coalesce(o.imported_at, v_at) AS at
    FROM unnest(p_kinds, p_message_ids, p_actor_ids, p_texts, p_client_message_ids, p_as_moderator, p_times)
      WITH ORDINALITY AS o (kind, message_id, actor_id, text, client_id, as_moderator, imported_at, ord)
  ),
  judged AS (
    SELECT o.*, coalesce(target, twin) AS found, author.username, author.name, author.is_guest,
      CASE
        WHEN author.id IS NULL THEN 'USER_UNKNOWN'
        -- Ids of messages are made by the server: that is an earlier try whose answer was lost, maybe before a ban (S5).
        WHEN o.kind = 'send' AND target.id IS NOT NULL THEN 'unchanged'
        WHEN NOT o.as_moderator AND EXISTS (
          SELECT FROM folkmoot.bans b
          WHERE b.room_id = o.room_id AND b.user_id = o.actor_id AND (b.until IS NULL OR b.until > o.at)
        ) THEN 'BANNED'
        WHEN o.kind = 'send' THEN
          CASE
            WHEN twin.id IS NULL THEN 'written'
            WHEN twin.client_hash = o.hash THEN 'unchanged'
            ELSE 'CLIENT_MESSAGE_ID_REUSED'
          END
        WHEN target.id IS NULL THEN 'MESSAGE_NOT_FOUND'
        WHEN o.kind = 'edit' THEN
          CASE
            WHEN target.user_id <> o.actor_id THEN 'NOT_YOUR_MESSAGE'
            WHEN target.is_deleted THEN 'MESSAGE_DELETED'
            WHEN target.message = o.text THEN 'unchanged'
            ELSE 'written'
          END
        ELSE
          CASE
            WHEN target.user_id <> o.actor_id AND NOT o.as_moderator THEN 'NOT_YOUR_MESSAGE'
            WHEN target.is_deleted THEN 'unchanged'
            ELSE 'written'
          END
      END AS verdict
    FROM operation o
    LEFT JOIN folkmoot.users author ON author.id = o.actor_id
    LEFT JOIN folkmoot.community_chat target ON target.room_id = o.room_id AND target.id = o.message_id
    LEFT JOIN folkmoot.community_chat twin
      ON o.kind = 'send' AND twin.room_id = o.room_id AND twin.user_id = o.actor_id AND twin.client_message_id = o.client_id
  ),
  numbered AS (
    -- Numbers only for what causes an event, so the log has no hole (R1).
    SELECT j.*,
      CASE j.verdict WHEN 'written' THEN v_room.last_seq + count(*) FILTER (WHERE j.verdict = 'written') OVER (ORDER BY j.place) END
        AS new_seq,
      CASE WHEN j.verdict = 'written' THEN
        CASE j.kind WHEN 'send' THEN 'message-received' WHEN 'edit' THEN 'message-edited' ELSE 'message-deleted' END
      END AS new_type
    FROM judged j
  ),
  sent AS (
    INSERT INTO folkmoot.community_chat
      (room_id, id, seq, version, user_id, message, created_at, updated_at, client_message_id, client_hash)
    SELECT n.room_id, n.message_id, n.new_seq, n.new_seq, n.actor_id, n.text, n.at, n.at, n.client_id,
      CASE WHEN n.client_id IS NOT NULL THEN n.hash END
    FROM numbered n WHERE n.new_type = 'message-received'
  ),
  changed AS (
    UPDATE folkmoot.community_chat AS c SET
      version = n.new_seq,
      updated_at = n.at,
      message = CASE n.kind WHEN 'edit' THEN n.text ELSE c.message END,
      edited_at = CASE n.kind WHEN 'edit' THEN n.at ELSE c.edited_at END,
      is_deleted = n.kind = 'delete'
    FROM numbered n
    WHERE n.new_type IN ('message-edited', 'message-deleted') AND c.room_id = n.room_id AND c.id = n.message_id
    RETURNING c.id, c AS now
  ),
  logged AS (
    INSERT INTO folkmoot.room_events (room_id, seq, type, message_id, actor_id, at)
    SELECT n.room_id, n.new_seq, n.new_type, n.message_id, n.actor_id, n.at
    FROM numbered n WHERE n.new_seq IS NOT NULL
  ),
  counted AS (
    -- How each write moves the statistics: the author, the day and the hour of the message, one more or one fewer.
    SELECT n.room_id,
      CASE n.kind WHEN 'send' THEN n.actor_id ELSE (n.found).user_id END AS author_id,
      (n.posted_at AT TIME ZONE 'UTC')::date AS day,
      extract(hour FROM n.posted_at AT TIME ZONE 'UTC')::smallint AS hour,
      CASE n.kind WHEN 'send' THEN 1 ELSE -1 END AS delta
    FROM (
      SELECT n.*, CASE n.kind WHEN 'send' THEN n.at ELSE (n.found).created_at END AS posted_at
      FROM numbered n WHERE n.new_type <> 'message-edited'
    ) n
  ),
  -- An author appears, in the room or on a day, when their count was 0 before, and disappears when it is 0 after. What it
  -- was is looked up: this statement does not show here, and the room's lock keeps others out.
  author_delta AS (
    SELECT d.*, coalesce(a.messages, 0) AS before
    FROM (SELECT c.room_id, c.author_id, sum(c.delta) AS delta FROM counted c GROUP BY c.room_id, c.author_id) d
    LEFT JOIN folkmoot.room_authors a ON a.room_id = d.room_id AND a.user_id = d.author_id
  ),
  author_now AS (
    INSERT INTO folkmoot.room_authors AS a (room_id, user_id, messages)
    SELECT d.room_id, d.author_id, d.delta FROM author_delta d
    ON CONFLICT (room_id, user_id) DO UPDATE SET messages = a.messages + excluded.messages
  ),
  author_day_delta AS (
    SELECT d.*, coalesce(a.messages, 0) AS before
    FROM (
      SELECT c.room_id, c.day, c.author_id, sum(c.delta)::integer AS delta FROM counted c
      GROUP BY c.room_id, c.day, c.author_id
    ) d
    LEFT JOIN folkmoot.room_author_days a ON a.room_id = d.room_id AND a.day = d.day AND a.user_id = d.author_id
  ),
  author_day_now AS (
    INSERT INTO folkmoot.room_author_days AS a (room_id, day, user_id, messages)
    SELECT d.room_id, d.day, d.author_id, d.delta FROM author_day_delta d
    ON CONFLICT (room_id, day, user_id) DO UPDATE SET messages = a.messages + excluded.messages
  ),
  day_now AS (
    INSERT INTO folkmoot.room_days AS t (room_id, day, messages, users)
    SELECT d.room_id, d.day, sum(d.delta), sum((d.before + d.delta > 0)::integer - (d.before > 0)::integer)
    FROM author_day_delta d
    GROUP BY d.room_id, d.day
    ON CONFLICT (room_id, day) DO UPDATE SET messages = t.messages + excluded.messages, users = t.users + excluded.users
  ),
  hour_now AS (
    INSERT INTO folkmoot.room_hours AS t (room_id, day, hour, messages)
    SELECT c.room_id, c.day, c.hour, sum(c.delta) FROM counted c GROUP BY c.room_id, c.day, c.hour
    ON CONFLICT (room_id, day, hour) DO UPDATE SET messages = t.messages + excluded.messages
  ),
  total AS (
    SELECT v_room.last_seq + count(n.new_seq) AS head, count(*) FILTER (WHERE n.new_type = 'message-received') AS new_rows,
      max(n.at) FILTER (WHERE n.new_seq IS NOT NULL) AS last_at
    FROM numbered n
  ),
  room_now AS (
    UPDATE folkmoot.rooms r SET
      last_seq = t.head,
      last_at = t.last_at,
      message_rows = r.message_rows + t.new_rows,
      total_messages = r.total_messages + a.messages,
      total_users = r.total_users + a.users
    FROM total t, (
      SELECT coalesce(sum(d.delta), 0) AS messages,
        coalesce(sum((d.before + d.delta > 0)::integer - (d.before > 0)::integer), 0) AS users
      FROM author_delta d
    ) a
    WHERE r.slug = p_room AND t.head > v_room.last_seq
  )
  SELECT n.place, n.verdict, v_epoch, t.head, n.new_seq, n.new_type,
    n.message_id, n.new_seq, n.new_seq, n.actor_id, n.text, NULL, false, n.at, n.at, n.client_id,
    n.username, n.name, n.is_guest
  FROM numbered n, total t WHERE n.new_type = 'message-received'
  UNION ALL
  SELECT n.place, n.verdict, v_epoch, t.head, n.new_seq, n.new_type,
    (n.now).id, (n.now).seq, (n.now).version, (n.now).user_id, (n.now).message, (n.now).edited_at, (n.now).is_deleted,
    (n.now).created_at, (n.now).updated_at, (n.now).client_message_id, u.username, u.name, u.is_guest
  FROM (
    -- A repeat of a send whose message this same batch edits or deletes is answered with the state after the batch.
    SELECT n.*, CASE WHEN n.verdict IN ('written', 'unchanged') THEN coalesce(c.now, n.found) END AS now
    FROM numbered n LEFT JOIN changed c ON c.id = (n.found).id
    WHERE n.new_type IS DISTINCT FROM 'message-received'
  ) n
  CROSS JOIN total t
  LEFT JOIN folkmoot.users u ON u.id = (n.now).user_id;
END
$$;
