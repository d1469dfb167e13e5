CREATE SCHEMA IF NOT EXISTS "folkmoot";
--> statement-breakpoint
CREATE TABLE "folkmoot"."bans" (
	"room_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"until" timestamp (3) with time zone,
	"reason" text,
	"by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bans_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."community_chat" (
	"room_id" text NOT NULL,
	"id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"version" bigint NOT NULL,
	"user_id" uuid NOT NULL,
	"message" text NOT NULL,
	"edited_at" timestamp (3) with time zone,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"client_message_id" uuid,
	"client_hash" "bytea",
	CONSTRAINT "community_chat_room_id_id_pk" PRIMARY KEY("room_id","id"),
	CONSTRAINT "community_chat_room_seq" UNIQUE("room_id","seq"),
	CONSTRAINT "community_chat_message_length" CHECK (char_length("folkmoot"."community_chat"."message") between 1 and 5000),
	CONSTRAINT "community_chat_version_not_before_seq" CHECK ("folkmoot"."community_chat"."version" >= "folkmoot"."community_chat"."seq"),
	CONSTRAINT "community_chat_hash_with_client_message" CHECK (("folkmoot"."community_chat"."client_message_id" is null) = ("folkmoot"."community_chat"."client_hash" is null))
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."room_author_days" (
	"room_id" text NOT NULL,
	"day" date NOT NULL,
	"user_id" uuid NOT NULL,
	"messages" integer NOT NULL,
	CONSTRAINT "room_author_days_room_id_day_user_id_pk" PRIMARY KEY("room_id","day","user_id")
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."room_authors" (
	"room_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"messages" bigint NOT NULL,
	CONSTRAINT "room_authors_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."room_days" (
	"room_id" text NOT NULL,
	"day" date NOT NULL,
	"messages" integer NOT NULL,
	"users" integer NOT NULL,
	CONSTRAINT "room_days_room_id_day_pk" PRIMARY KEY("room_id","day")
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."room_events" (
	"room_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"message_id" uuid,
	"actor_id" uuid NOT NULL,
	"data" jsonb,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "room_events_room_id_seq_pk" PRIMARY KEY("room_id","seq"),
	CONSTRAINT "room_events_seq_positive" CHECK ("folkmoot"."room_events"."seq" > 0),
	CONSTRAINT "room_events_message_event_has_message" CHECK ("folkmoot"."room_events"."type" not like 'message-%' or "folkmoot"."room_events"."message_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."room_hours" (
	"room_id" text NOT NULL,
	"day" date NOT NULL,
	"hour" smallint NOT NULL,
	"messages" integer NOT NULL,
	CONSTRAINT "room_hours_room_id_day_hour_pk" PRIMARY KEY("room_id","day","hour")
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."rooms" (
	"slug" text PRIMARY KEY NOT NULL,
	"epoch" text DEFAULT replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"first_seq" bigint DEFAULT 1 NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"last_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"message_rows" bigint DEFAULT 0 NOT NULL,
	"total_messages" bigint DEFAULT 0 NOT NULL,
	"total_users" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rooms_slug_is_a_slug" CHECK ("folkmoot"."rooms"."slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length("folkmoot"."rooms"."slug") <= 64),
	CONSTRAINT "rooms_head_not_before_start" CHECK ("folkmoot"."rooms"."last_seq" >= "folkmoot"."rooms"."first_seq" - 1)
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"username" text NOT NULL,
	"name" text NOT NULL,
	"is_guest" boolean DEFAULT false NOT NULL,
	"named_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "folkmoot"."bans" ADD CONSTRAINT "bans_room" FOREIGN KEY ("room_id") REFERENCES "folkmoot"."rooms"("slug") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."bans" ADD CONSTRAINT "bans_user" FOREIGN KEY ("user_id") REFERENCES "folkmoot"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."bans" ADD CONSTRAINT "bans_by" FOREIGN KEY ("by") REFERENCES "folkmoot"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."community_chat" ADD CONSTRAINT "community_chat_room" FOREIGN KEY ("room_id") REFERENCES "folkmoot"."rooms"("slug") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."community_chat" ADD CONSTRAINT "community_chat_user" FOREIGN KEY ("user_id") REFERENCES "folkmoot"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."room_author_days" ADD CONSTRAINT "room_author_days_room" FOREIGN KEY ("room_id") REFERENCES "folkmoot"."rooms"("slug") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."room_authors" ADD CONSTRAINT "room_authors_room" FOREIGN KEY ("room_id") REFERENCES "folkmoot"."rooms"("slug") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."room_days" ADD CONSTRAINT "room_days_room" FOREIGN KEY ("room_id") REFERENCES "folkmoot"."rooms"("slug") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."room_events" ADD CONSTRAINT "room_events_message" FOREIGN KEY ("room_id","message_id") REFERENCES "folkmoot"."community_chat"("room_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."room_hours" ADD CONSTRAINT "room_hours_room" FOREIGN KEY ("room_id") REFERENCES "folkmoot"."rooms"("slug") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "community_chat_room_user_seq" ON "folkmoot"."community_chat" USING btree ("room_id","user_id","seq");--> statement-breakpoint
-- Last, for PostgreSQL takes the newest of two indexes that look alike to it, as these two do while a table has no
-- statistics: the other one would read all that an author ever wrote, at each send (S2).
ALTER TABLE "folkmoot"."community_chat" ADD CONSTRAINT "community_chat_room_client_message" UNIQUE("room_id","user_id","client_message_id");
