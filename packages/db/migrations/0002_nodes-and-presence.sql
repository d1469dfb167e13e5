CREATE TABLE "folkmoot"."nodes" (
	"source" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "folkmoot"."room_presence" (
	"room_id" text NOT NULL,
	"source" text NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "room_presence_room_id_source_user_id_pk" PRIMARY KEY("room_id","source","user_id")
);
--> statement-breakpoint
ALTER TABLE "folkmoot"."room_presence" ADD CONSTRAINT "room_presence_node" FOREIGN KEY ("source") REFERENCES "folkmoot"."nodes"("source") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folkmoot"."room_presence" ADD CONSTRAINT "room_presence_user" FOREIGN KEY ("user_id") REFERENCES "folkmoot"."users"("id") ON DELETE no action ON UPDATE no action;