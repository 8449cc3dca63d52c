// Package config reads the process's configuration once, at the start: from flags, the environment, files that the environment
// names, an optional file of KEY=VALUE lines, and defaults of a profile. It lists all faults at once and prints no secret; it
// keeps no global, and only app sees it: others are handed the values they need. It also opens the keys of the installation.
package config

import (
	"log/slog"
	"net/url"
	"time"

	"intelliwiz/internal/telemetry"
)

// Profile is a set of defaults and of rules.
type Profile string

// The profiles. Production is what one gets without a word, and the only one that may face the world.
const (
	Production  Profile = "production"
	Development Profile = "development"
	Test        Profile = "test"
)

// Config is everything that can be configured. Tags: env names the variable, default and lax (for development and test) its value
// when nothing is given, doc its meaning for the README, validate its bounds.
type Config struct {
	Profile Profile    `env:"IW_PROFILE" default:"production" validate:"oneof=production development test" doc:"production, development or test: which defaults and which refusals hold"`
	Data    string     `env:"IW_DATA_DIR" default:"./data" doc:"folder for what the process keeps itself: the SQLite database, files, generated keys"`
	Log     slog.Level `env:"IW_LOG_LEVEL" default:"info" doc:"least level that is logged: debug, info, warn, error"`
	Debug   bool       `env:"IW_DEBUG" default:"false" doc:"more detail for developers; refused in production"`
	Load    bool       `env:"IW_LOAD_TEST" default:"false" doc:"multiplies every rate by 1000 and the queue for passwords by 100, so that a load test meets the product and not its limits; refused in production"`

	HTTP     HTTP
	Database Database
	Servers  Servers
	Rates    Rates
	Password Password
	Session  Session
	GraphQL  GraphQL
	Files    Files
	Tasks    Tasks
	Traces   Traces
	Backup   Backup
	Retain   Retain
	Keys     KeyTexts

	// Warnings is what is not as it should be and stops nobody outside production, for the log.
	Warnings []string

	raw    map[string]string // the text behind each variable
	source map[string]string // and where it came from
}

// HTTP is where and how the process answers.
type HTTP struct {
	Listen      string    `env:"IW_LISTEN" default:"127.0.0.1:8080" validate:"listen" doc:"address of the public listener"`
	Shared      bool      `env:"IW_LISTEN_SHARED" default:"false" doc:"two processes may have the public listener's address open at once, for a change of version without a gap on one machine: the one that came last is given new connections, and the one before ends what it has; needs PostgreSQL, for SQLite has one writer"`
	Private     string    `env:"IW_PRIVATE_LISTEN" default:"127.0.0.1:9090" validate:"omitempty,listen" doc:"address of the private listener: metrics, details of health, profiles; never to be reached from outside"`
	PrivateCert string    `env:"IW_PRIVATE_TLS_CERT" validate:"required_with=PrivateKey" doc:"file with the certificate chain for TLS on the private listener; may be that of IW_TLS_CERT"`
	PrivateKey  string    `env:"IW_PRIVATE_TLS_KEY" validate:"required_with=PrivateCert" doc:"file with that certificate's key"`
	Redirect    string    `env:"IW_REDIRECT_LISTEN" validate:"omitempty,listen" doc:"with built-in TLS: an address for plain HTTP that only sends browsers to https"`
	PublicURL   url.URL   `env:"IW_PUBLIC_URL" doc:"address that people type, such as https://iw.example.com; https in production. Without it, outside production, the address of the listener"`
	Hosts       []string  `env:"IW_HOSTS" doc:"host names that are answered, separated by commas; others get 421. Without it the host of IW_PUBLIC_URL, and outside production localhost"`
	Contact     string    `env:"IW_SECURITY_CONTACT" validate:"omitempty,uri" doc:"whom who finds a fault is to tell, in /.well-known/security.txt: mailto:security@example.com or an https address. Without it there is no such page"`
	Proxies     []Network `env:"IW_TRUSTED_PROXIES" doc:"addresses or networks of reverse proxies, separated by commas: only their X-Forwarded-* and X-Request-Id are believed"`
	TLSCert     string    `env:"IW_TLS_CERT" validate:"required_with=TLSKey" doc:"file with the certificate chain, for built-in TLS; it and its key are read anew when they change"`
	TLSKey      string    `env:"IW_TLS_KEY" validate:"required_with=TLSCert" doc:"file with the certificate's key, for built-in TLS"`
	TLSMin      string    `env:"IW_TLS_MIN" default:"1.3" validate:"oneof=1.2 1.3" doc:"oldest version of TLS that is spoken: 1.3 or 1.2"`
	TileURL     string    `env:"IW_TILE_URL" validate:"omitempty,uri" doc:"address of map tiles with {z}, {x} and {y}; without it maps show a plain grid"`
	AtOnce      int       `env:"IW_REQUESTS_AT_ONCE" default:"0" validate:"min=0,max=100000" doc:"requests that are worked on at once, 0 = sixteen for each core and at least 32; twenty-four times as many wait for a moment, or only as many where more comes for longer; others are told to come again at once. Streams, uploads and signing in are not counted"`
	HeaderTime  Duration  `env:"IW_HEADER_TIMEOUT" default:"5s" validate:"min=100ms,max=1m" doc:"time for a client to send its request's headers"`
	Time        Duration  `env:"IW_REQUEST_TIMEOUT" default:"30s" validate:"min=1s,max=10m" doc:"time for a request from its first byte to its last"`
	KeepAlive   Duration  `env:"IW_IDLE_TIMEOUT" default:"2m" validate:"min=1s,max=1h" doc:"time that an idle connection is kept"`
	Settle      Duration  `env:"IW_SETTLE_TIME" default:"5s" lax:"0s" validate:"max=5m" doc:"time between saying not ready and closing the listener at a stop, for load balancers to notice"`
	Stop        Duration  `env:"IW_STOP_TIMEOUT" default:"30s" validate:"min=1s,max=10m" doc:"time for running requests and jobs to finish at a stop"`
	MaxBody     Size      `env:"IW_MAX_BODY" default:"1MiB" validate:"min=1024,max=1073741824" doc:"largest body of a request, where a route says nothing else"`
	MaxHeader   Size      `env:"IW_MAX_HEADER" default:"32KiB" validate:"min=4096,max=1048576" doc:"largest headers of a request"`
}

// Database is where rows are kept.
type Database struct {
	URL       telemetry.Secret `env:"DATABASE_URL" validate:"-" doc:"sqlite:FILE or postgres://...; without it a SQLite file in IW_DATA_DIR. The application's role, which owns nothing"`
	Migrate   telemetry.Secret `env:"DATABASE_MIGRATE_URL" validate:"-" doc:"the owner's connection to PostgreSQL, for migrations only; without it DATABASE_URL"`
	Conns     int              `env:"IW_DB_CONNS" default:"16" validate:"min=2,max=1000" doc:"connections for requests"`
	Statement Duration         `env:"IW_DB_STATEMENT_TIMEOUT" default:"5s" validate:"min=100ms,max=5m" doc:"time for one statement"`
	Lock      Duration         `env:"IW_DB_LOCK_TIMEOUT" default:"2s" validate:"min=10ms,max=1m" doc:"time to wait for a lock"`
	Acquire   Duration         `env:"IW_DB_ACQUIRE_TIMEOUT" default:"2s" validate:"min=10ms,max=1m" doc:"time to wait for a connection"`
	Slow      Duration         `env:"IW_DB_SLOW" default:"200ms" validate:"min=1ms" doc:"a statement that takes longer is logged"`
}

// Servers are the other servers that one may have, and what works without them.
type Servers struct {
	Redis        telemetry.Secret `env:"REDIS_URL" validate:"-" doc:"redis://... for limits and caches that several nodes share; without it each process has its own"`
	Blob         telemetry.Secret `env:"BLOB_URL" validate:"-" doc:"where files are kept: s3://KEY:SECRET@BUCKET?endpoint=HOST:PORT&region=R, or file:FOLDER; without it a folder in IW_DATA_DIR"`
	Clamd        string           `env:"CLAMD_URL" validate:"omitempty,clamd" doc:"tcp://HOST:PORT or unix:PATH of a clamd that looks at every file before it is kept; while it does not answer no file is taken. Without it nothing is looked for"`
	SMTP         telemetry.Secret `env:"SMTP_URL" validate:"-" doc:"smtp://... or smtps://... for mail; without it mail goes to the log"`
	Plain        []string         `env:"IW_PLAIN_HOSTS" doc:"hosts of such servers, of the database and of the collector, separated by commas, that may be spoken to without TLS in production: for a network that nobody else is on. Without it only servers on the same machine may"`
	HookNetworks []Network        `env:"IW_WEBHOOK_NETWORKS" doc:"addresses or networks, separated by commas, that webhooks and single sign-on may call although they are not public, such as 10.1.2.0/24; without it they reach the public internet only"`
	HookHTTP     bool             `env:"IW_WEBHOOK_HTTP" default:"false" doc:"webhooks and providers of single sign-on may be http too; refused in production"`
	MailFrom     string           `env:"IW_MAIL_FROM" default:"IntelliWiz <intelliwiz@localhost>" validate:"mailbox" doc:"sender of mail"`
	Workers      int              `env:"IW_JOB_WORKERS" default:"8" validate:"min=1,max=1000" doc:"background jobs at once"`
	Entries      int              `env:"IW_CACHE_ENTRIES" default:"100000" validate:"min=100,max=100000000" doc:"entries that the cache in the process keeps; a large one counts as one for every KiB"`
	CacheTTL     Duration         `env:"IW_CACHE_TTL" default:"5m" validate:"min=1s,max=24h" doc:"age at which a cached entry is read anew, if nothing has invalidated it before"`
}

// Rates are how often something may be done. A rate is COUNT/TIME, with "burst N" for what may come at once.
type Rates struct {
	SignInSource  Rate     `env:"IW_RATE_SIGN_IN_SOURCE" default:"5/1m burst 10" doc:"attempts to sign in from one address"`
	SignInAccount Rate     `env:"IW_RATE_SIGN_IN_ACCOUNT" default:"5/15m" doc:"attempts to sign in to one account from one address"`
	Spray         Rate     `env:"IW_RATE_SPRAY" default:"20/1h" doc:"accounts that fail to sign in from one address; beyond it the address is shut out"`
	SprayBlock    Duration `env:"IW_RATE_SPRAY_BLOCK" default:"1h" validate:"min=1s,max=24h" doc:"time that such an address is shut out from signing in"`
	Stranger      Rate     `env:"IW_RATE_SIGN_IN_STRANGER" default:"50/24h" doc:"attempts to sign in to one account, from everywhere, by browsers that its owner did not sign in with before; beyond it they need a mailed link"`
	Device        Rate     `env:"IW_RATE_SIGN_IN_DEVICE" default:"10/1h" doc:"attempts to sign in to an account by one browser that its owner signed in with before"`
	Link          Rate     `env:"IW_RATE_SIGN_IN_LINK" default:"5/1h" doc:"such links that one address asks for"`
	Source        Rate     `env:"IW_RATE_SOURCE" default:"3000/1m burst 600" doc:"requests from one address"`
	User          Rate     `env:"IW_RATE_USER" default:"1200/1m burst 300" doc:"requests of one person"`
	Token         Rate     `env:"IW_RATE_TOKEN" default:"600/1m burst 200" doc:"requests with one API token"`
	Report        Rate     `env:"IW_RATE_REPORT" default:"20/1h burst 5" doc:"reports by visitors, without signing in, from one address to one organisation"`
	ReportTenant  Rate     `env:"IW_RATE_REPORT_TENANT" default:"300/1h burst 50" doc:"reports by visitors to one organisation"`
	MailSource    Rate     `env:"IW_RATE_MAIL_SOURCE" default:"20/1h burst 10" doc:"requests for a mailed link from one address"`
	MailAccount   Rate     `env:"IW_RATE_MAIL_ACCOUNT" default:"5/1h" doc:"requests for a mailed link to one account"`
	Tenant        Rate     `env:"IW_RATE_TENANT" default:"30000/1m burst 5000" doc:"requests of one tenant"`
}

// Password is what one password costs (argon2id), and how many may be tried at once.
type Password struct {
	Memory   Size   `env:"IW_ARGON_MEMORY" default:"19MiB" validate:"min=8192,max=1073741824" doc:"memory for hashing one password"`
	Passes   int    `env:"IW_ARGON_TIME" default:"2" validate:"min=1,max=100" doc:"passes over that memory"`
	Threads  int    `env:"IW_ARGON_THREADS" default:"1" validate:"min=1,max=64" doc:"threads for hashing one password"`
	Parallel int    `env:"IW_ARGON_PARALLEL" default:"0" validate:"min=0,max=256" doc:"passwords hashed at once; 0 is as many as there are cores but one"`
	Breached string `env:"IW_BREACHED_PASSWORDS" doc:"file of stolen passwords, one a line, up to 64 MiB: nobody may choose one of them"`
	Queue    int    `env:"IW_ARGON_QUEUE" default:"64" validate:"min=0,max=100000" doc:"sign-ins that wait for their turn; beyond it they are told to come back"`
}

// Session is how long a sign-in lasts.
type Session struct {
	Idle Duration `env:"IW_SESSION_IDLE" default:"30m" validate:"min=1m,max=720h" doc:"a session ends when it was not used for this time"`
	Life Duration `env:"IW_SESSION_LIFETIME" default:"12h" validate:"min=1m,max=2160h" doc:"and after this time in any case"`
	Most int      `env:"IW_SESSIONS_MAX" default:"10" validate:"min=1,max=1000" doc:"sessions of one person at once; a new one ends the oldest"`
}

// GraphQL is how much one query may ask; its introspection is on outside production only.
type GraphQL struct {
	Depth   int  `env:"IW_GRAPHQL_DEPTH" default:"10" validate:"min=3,max=100" doc:"levels of one GraphQL query"`
	Cost    int  `env:"IW_GRAPHQL_COST" default:"1000" validate:"min=10" doc:"cost of one GraphQL query"`
	Aliases int  `env:"IW_GRAPHQL_ALIASES" default:"30" validate:"min=0" doc:"aliases in one GraphQL query"`
	Roots   int  `env:"IW_GRAPHQL_ROOT_FIELDS" default:"20" validate:"min=1" doc:"root fields of one GraphQL query"`
	Tokens  int  `env:"IW_GRAPHQL_TOKENS" default:"5000" validate:"min=100" doc:"tokens of one GraphQL query, counted before it is validated"`
	Body    Size `env:"IW_GRAPHQL_BODY" default:"64KiB" validate:"min=1024,max=16777216" doc:"largest body of a GraphQL request"`
}

// Files is how much people may add to records.
type Files struct {
	Max   Size `env:"IW_FILE_MAX" default:"20MiB" validate:"min=1024,max=1073741824" doc:"largest file that may be added"`
	Quota Size `env:"IW_FILE_QUOTA" default:"10GiB" validate:"min=1048576" doc:"what all files of one organisation may take together"`
}

// Tasks says how work is followed.
type Tasks struct {
	Grace Duration `env:"IW_TASK_GRACE" default:"15m" validate:"max=24h" doc:"time after a task was to be done, before it is closed as missed, for reports of phones without a signal"`
	Speed int      `env:"IW_TRAVEL_SPEED" default:"30" validate:"min=1,max=200" doc:"km/h along a straight line, by which the time from stop to stop of a route is reckoned where its plan does not say it"`
}

// Traces is where spans and log lines go by OTLP; the names are those of OpenTelemetry.
type Traces struct {
	Endpoint url.URL          `env:"OTEL_EXPORTER_OTLP_ENDPOINT" doc:"address of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318: traces and the log are sent there too. Without it nothing is"`
	Headers  telemetry.Secret `env:"OTEL_EXPORTER_OTLP_HEADERS" validate:"-" doc:"headers for the collector, NAME=VALUE, separated by commas: who we are, where it asks"`
	Ratio    float64          `env:"OTEL_TRACES_SAMPLER_ARG" default:"1" validate:"min=0,max=1" doc:"part of the traces that is kept, 0 to 1; each is kept whole or not at all"`
}

// Backup is where backups go, who can read them and how many stay.
type Backup struct {
	Place      telemetry.Secret `env:"IW_BACKUP_URL" validate:"-" doc:"where backups are kept: file:FOLDER, or s3://... as for BLOB_URL; without it the folder backups in IW_DATA_DIR"`
	Every      Duration         `env:"IW_BACKUP_EVERY" default:"24h" lax:"0s" validate:"max=720h" doc:"age of the last backup at which another is made and verified, on one node; 0 = none is made by itself"`
	Recipients []string         `env:"IW_BACKUP_RECIPIENTS" doc:"age public keys, separated by commas, to which backups are encrypted: the server cannot read them then. Without it they are encrypted to a key that is generated into IW_DATA_DIR"`
	Identity   telemetry.Secret `env:"IW_BACKUP_IDENTITY" validate:"-" doc:"age identity by which backups are read; name its file with IW_BACKUP_IDENTITY_FILE. Backups are restored into a scratch store after they are made only where it is known"`
	Keep       Keep             `env:"IW_BACKUP_KEEP" default:"7/4/6" doc:"backups that stay: the last of each of so many days, weeks and months"`
	Reader     telemetry.Secret `env:"IW_BACKUP_DATABASE_URL" validate:"-" doc:"PostgreSQL: connection of a role that may read everything past row-level security (bypassrls, pg_read_all_data); without it DATABASE_MIGRATE_URL"`
}

// Retain is how long old months stay in the live tables of PostgreSQL; later they are set aside, never deleted. The least is the schema's too.
type Retain struct {
	Answers int `env:"IW_RETAIN_ANSWERS" default:"0" validate:"omitempty,min=12,max=1200" doc:"PostgreSQL: months that answers of tasks stay in the live tables, at least 12; older months are set aside, where nobody but the owner of the schema reads them (docs/operations/scale.md). 0 = for ever"`
	Trail   int `env:"IW_RETAIN_TRAIL" default:"0" validate:"omitempty,min=12,max=1200" doc:"the same of the audit trail, whose other rows stay proved"`
}

// KeyTexts are keys given from outside. Each is a list of VERSION:BASE64 of 32 bytes, newest first, at most two; see OpenKeys.
type KeyTexts struct {
	Audit   telemetry.Secret `env:"IW_KEY_AUDIT" validate:"-" doc:"key that signs journal rows, as VERSION:BASE64 of 32 bytes; an older version may follow after a comma. Without it one is generated into IW_DATA_DIR, as for the other keys"`
	Anchor  telemetry.Secret `env:"IW_KEY_ANCHOR" validate:"-" doc:"seed of the Ed25519 key that signs the heads of the journal"`
	Columns telemetry.Secret `env:"IW_KEY_COLUMNS" validate:"-" doc:"key that encrypts secrets in the database"`
	Links   telemetry.Secret `env:"IW_KEY_LINKS" validate:"-" doc:"key that signs short-lived links to files"`
}

// Duration is a length of time as Go writes it: 300ms, 5s, 2m, 12h.
type Duration = time.Duration
