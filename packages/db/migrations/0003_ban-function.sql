-- Bans a user from a room, or lets them in again, as an event of the room's log (A4): one row is returned.
--   status   'written'; 'unchanged' (banned already for as long and as said, or not banned); or why it was refused
--   epoch, head   the room's position afterwards
--   event_seq, event_type   of the event that it caused, null without one
-- A ban without p_until holds until it is lifted. The room's lock makes it one order with the writes that it is to stop.
CREATE FUNCTION folkmoot.write_ban(
  p_room text,
  p_kind text,
  p_actor_id uuid,
  p_user_id uuid,
  p_until timestamptz,
  p_reason text
) RETURNS TABLE (
  status text,
  epoch text,
  head bigint,
  event_seq bigint,
  event_type text
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  v_room folkmoot.rooms;
  v_ban folkmoot.bans;
  v_at timestamptz;
  v_is_banned boolean;
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;

  SELECT * INTO v_room FROM folkmoot.rooms r WHERE r.slug = p_room FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    status := 'ROOM_NOT_FOUND';
    RETURN NEXT;
    RETURN;
  END IF;
  v_at := greatest(date_trunc('milliseconds', clock_timestamp()), v_room.last_at);
  epoch := folkmoot.epoch_of(v_room.epoch, folkmoot.cluster_mark());
  head := v_room.last_seq;

  SELECT * INTO v_ban FROM folkmoot.bans b WHERE b.room_id = p_room AND b.user_id = p_user_id;
  v_is_banned := FOUND AND (v_ban.until IS NULL OR v_ban.until > v_at);

  status := CASE
    WHEN NOT EXISTS (SELECT FROM folkmoot.users u WHERE u.id = p_actor_id) THEN 'USER_UNKNOWN'
    WHEN NOT EXISTS (SELECT FROM folkmoot.users u WHERE u.id = p_user_id) THEN 'USER_NOT_FOUND'
    WHEN p_kind = 'ban' AND p_until <= v_at THEN 'BAN_ALREADY_OVER'
    WHEN p_kind = 'ban' AND v_is_banned AND v_ban.until IS NOT DISTINCT FROM p_until
      AND v_ban.reason IS NOT DISTINCT FROM p_reason THEN 'unchanged'
    WHEN p_kind = 'unban' AND NOT v_is_banned THEN 'unchanged'
    ELSE 'written'
  END;
  IF status <> 'written' THEN
    RETURN NEXT;
    RETURN;
  END IF;

  IF p_kind = 'ban' THEN
    INSERT INTO folkmoot.bans AS b (room_id, user_id, until, reason, by, created_at)
    VALUES (p_room, p_user_id, p_until, p_reason, p_actor_id, v_at)
    ON CONFLICT (room_id, user_id) DO UPDATE SET
      until = excluded.until, reason = excluded.reason, by = excluded.by, created_at = excluded.created_at;
  ELSE
    DELETE FROM folkmoot.bans b WHERE b.room_id = p_room AND b.user_id = p_user_id;
  END IF;
  head := v_room.last_seq + 1;
  event_seq := head;
  event_type := CASE p_kind WHEN 'ban' THEN 'member-banned' ELSE 'member-unbanned' END;
  INSERT INTO folkmoot.room_events (room_id, seq, type, actor_id, data, at)
  VALUES (p_room, event_seq, event_type, p_actor_id, jsonb_build_object('userId', p_user_id), v_at);
  UPDATE folkmoot.rooms r SET last_seq = head, last_at = v_at WHERE r.slug = p_room;
  RETURN NEXT;
END
$$;
