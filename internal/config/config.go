package config

import (
	"syncd/internal/schedule"
)

// Embedded is the database.url that asks for a private PostgreSQL in data_dir.
const Embedded = "embedded"

// Config is the configuration of syncd.
type Config struct {
	// Where the mirror is kept.
	Database Database `json:"database,omitzero"`

	// The folder of private files (mode 0700): the embedded database. A relative path counts from the configuration's
	// folder. Default: /var/lib/syncd as root, else $XDG_STATE_HOME/syncd, or ~/.local/state/syncd where that is not set.
	DataDir string `json:"data_dir,omitempty" jsonschema:"minLength=1,example=/var/lib/syncd"`

	// When pools are synced: five cron fields, or @every 90s and its like; UTC unless CRON_TZ=Europe/Berlin stands in
	// front. A pool may have its own.
	Schedule schedule.Schedule `json:"schedule,omitzero" jsonschema:"default=*/5 * * * *,example=*/5 * * * *,example=@every 90s"`

	// What a pass asks a pool for. auto: what changed since the last pass, where the pool can tell (6.0 and later), and
	// everything at the times of full_schedule or where the changes alone cannot be relied on. full: everything, each
	// time; dom0 then works for all objects and not for the changed ones. A pool may have its own.
	Read string `json:"read,omitempty" jsonschema:"enum=auto,enum=full,default=auto"`

	// When a pass asks for everything though changes would do, for what they cannot tell: the first pass after each of
	// these times. Written as schedule is; without effect with read: full. Default: once an hour, at a minute that follows
	// from the pool's name, so that the pools do not come all at once. A pool may have its own.
	FullSchedule schedule.Schedule `json:"full_schedule,omitzero" jsonschema:"example=30 * * * *,example=CRON_TZ=Europe/Berlin 0 4 * * *"`

	// Whether to hold a session open and publish changes as they come, and every half minute that there are none; excludes
	// read: full. schedule is then for a pool that could not be read: it is tried again at the next of those times. Before
	// 6.0 a pool cannot tell what changed: it is read by schedule, and the log says so once. A pool may have its own.
	Follow bool `json:"follow,omitempty" jsonschema:"default=false"`

	// The shortest time from one publishing to the next of a pool that is followed, 1s to 1h. What changes meanwhile is
	// published together. A pool may have its own.
	MinInterval Duration `json:"min_interval,omitempty" jsonschema:"format=interval,default=2s"`

	// How many pools are synced at the same time; the others of a tick follow. One that does not answer keeps its place
	// until timeouts have passed.
	Parallel int `json:"parallel,omitempty" jsonschema:"minimum=1,maximum=64,default=4"`

	// How long to wait for a pool. A pool may have its own; what it leaves out counts from here.
	Timeouts Timeouts `json:"timeouts,omitzero"`

	// How much to take from a pool. A pool may have its own; what it leaves out counts from here.
	Limits Limits `json:"limits,omitzero"`

	// The deletion brake: the share of a pool's hosts, or of its VMs, that may vanish in one pass, 0 to 1. A pass that
	// would remove more fails and says how to accept it. A pool may have its own.
	MaxRemovedRatio float64 `json:"max_removed_ratio,omitempty" jsonschema:"minimum=0,maximum=1,default=0.5"`

	// Which of XenAPI's classes are mirrored: all that syncd knows, but those that are left out here. A pool may have its
	// own.
	Classes Classes `json:"classes,omitzero"`

	// The pools that are mirrored; at least one.
	Pools []Pool `json:"pools" jsonschema:"required,minItems=1"`

	// The status page; accepted here, used once there is one.
	HTTP HTTP `json:"http,omitzero"`

	// Path is the file that was read, as Load was given it.
	Path string `json:"-"`
}

// Database is where the mirror is kept.
type Database struct {
	// A PostgreSQL of version 13 or later as postgres://USER@HOST:PORT/NAME, or embedded for a private one in data_dir.
	// The environment variable SYNCD_DATABASE_URL takes precedence.
	URL Secret `json:"url,omitempty" jsonschema:"format=database-url,default=embedded,example=embedded,example=postgres://syncd@db.example:5432/inventory"`

	// Only with url: embedded. A loopback HOST:PORT on which BI tools reach the embedded database, as the user reader with
	// the password in data_dir/reader.password. Default: none, a Unix socket only.
	Listen string `json:"listen,omitempty" jsonschema:"format=loopback-address,example=127.0.0.1:54329"`
}

// Timeouts say how long to wait for a pool: durations such as 10s or 15m, more than nothing.
type Timeouts struct {
	// For a TCP connection and its TLS handshake.
	Connect Duration `json:"connect,omitempty" jsonschema:"default=10s"`

	// From a request to the first byte of its answer.
	FirstByte Duration `json:"first_byte,omitempty" jsonschema:"default=60s"`

	// Between two bytes of an answer.
	Idle Duration `json:"idle,omitempty" jsonschema:"default=60s"`

	// For one call in all, the last byte of its answer included.
	Call Duration `json:"call,omitempty" jsonschema:"default=15m"`
}

// Limits say how much to take from a pool: sizes such as 16MiB or 2GiB.
type Limits struct {
	// The largest record, one object of XenAPI.
	Record Size `json:"record,omitempty" jsonschema:"default=16MiB"`

	// The deepest nesting of XML elements in an answer.
	Depth int `json:"depth,omitempty" jsonschema:"minimum=1,maximum=10000,default=64"`

	// The largest answer, all objects of one class.
	Answer Size `json:"answer,omitempty" jsonschema:"default=2GiB"`
}

// Classes say which of XenAPI's classes are mirrored.
type Classes struct {
	// Those that are left out, as XenAPI spells them. They are not asked for, the next pass removes what is stored of them,
	// and references to them are NULL; off the list they are read again, references to them too. pool, host and VM cannot be
	// left out. Default: none. A list of the pool's own counts in place of the one at the top level.
	Exclude []ClassName `json:"exclude,omitempty" jsonschema:"uniqueItems=true"`
}

// Pool is one XenServer or XCP-ng pool.
type Pool struct {
	// The pool's name in SQL, unique in this file. It identifies the pool from the first pass on.
	Name string `json:"name" jsonschema:"required,format=pool-name,example=lab"`

	// Members of the pool, in the order in which they are tried: https:// or http://, a host, a port where it is not
	// the usual one. Any members: the master is found from them.
	URLs []string `json:"urls" jsonschema:"required,minItems=1,uniqueItems=true,format=pool-url,example=https://xen1.example"`

	// The account to log in with. The role read-only is enough.
	Username string `json:"username" jsonschema:"required,minLength=1,example=root"`

	// The file that holds the account's password; one trailing newline is cut. A relative path counts from the
	// configuration's folder. Excludes password_env.
	PasswordFile string `json:"password_file,omitempty" jsonschema:"minLength=1,oneof_required=password_file,example=/run/secrets/lab"`

	// The environment variable that holds the account's password. Excludes password_file.
	PasswordEnv string `json:"password_env,omitempty" jsonschema:"minLength=1,oneof_required=password_env,example=LAB_PASSWORD"`

	// Password is what PasswordFile or PasswordEnv led to.
	Password Secret `json:"-"`

	// How the servers prove who they are; only with https:// URLs.
	TLS TLS `json:"tls,omitzero"`

	// When this pool is synced. Default: as at the top level.
	Schedule schedule.Schedule `json:"schedule,omitzero" jsonschema:"example=@every 90s"`

	// What a pass asks this pool for: auto or full. Default: as at the top level.
	Read string `json:"read,omitempty" jsonschema:"enum=auto,enum=full"`

	// When a pass asks this pool for everything though changes would do. Default: as at the top level, or else once an
	// hour, at a minute that follows from name.
	FullSchedule schedule.Schedule `json:"full_schedule,omitzero" jsonschema:"example=30 * * * *"`

	// Whether to hold a session open and publish changes as they come; excludes read: full. Default: as at the top level.
	Follow bool `json:"follow,omitempty"`

	// The shortest time from one publishing to the next, where this pool is followed. Default: as at the top level.
	MinInterval Duration `json:"min_interval,omitempty" jsonschema:"format=interval"`

	// How long to wait for this pool. Default: as at the top level, each by itself.
	Timeouts Timeouts `json:"timeouts,omitzero"`

	// How much to take from this pool. Default: as at the top level, each by itself.
	Limits Limits `json:"limits,omitzero"`

	// The deletion brake of this pool. Default: as at the top level.
	MaxRemovedRatio float64 `json:"max_removed_ratio,omitempty" jsonschema:"minimum=0,maximum=1"`

	// Which of XenAPI's classes are mirrored of this pool. Default: as at the top level.
	Classes Classes `json:"classes,omitzero"`
}

// TLS is how the servers of a pool prove who they are.
type TLS struct {
	// verify: a certificate that ca_file, or else this machine, trusts. pin: the certificates of sha256 and no others,
	// whatever their names, dates and authorities. insecure: any certificate, so that whoever is in between can read the
	// password; warned about.
	Mode string `json:"mode,omitempty" jsonschema:"enum=verify,enum=pin,enum=insecure,default=verify"`

	// Certificates in PEM that are trusted instead of this machine's own; only with mode: verify. A relative path
	// counts from the configuration's folder. Default: none.
	CAFile string `json:"ca_file,omitempty" jsonschema:"minLength=1,example=xen-ca.pem"`

	// The SHA-256 of the certificates that are accepted, one for each host of the pool; only with mode: pin. 64
	// hexadecimal digits, with colons between pairs or without. syncd trust prints and writes them. Default: none.
	SHA256 []Fingerprint `json:"sha256,omitempty" jsonschema:"minItems=1,uniqueItems=true"`

	// Also speak what XenServer and XCP-ng before 8.0 need: RSA key exchange and AES in CBC mode, for releases before 7.0
	// TLS 1.0. It costs forward secrecy: who records the traffic and later gets a host's key can read the password.
	Legacy bool `json:"legacy,omitempty" jsonschema:"default=false"`
}

// HTTP is the status page.
type HTTP struct {
	// The HOST:PORT to listen on; accepted here, used once the status page exists.
	Listen string `json:"listen,omitempty" jsonschema:"format=address,example=127.0.0.1:9747"`
}
