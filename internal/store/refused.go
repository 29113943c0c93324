package store

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// refusalHolds is how long a pool that refused username and password is left alone by passes that heed it. It is an
// interval of PostgreSQL, whose clock counts: several machines may share the database.
const refusalHolds = "1 hour"

// Credentials are what a pool is asked with. Of refused ones a part of a salted hash is stored, by which nobody finds them.
type Credentials struct{ Username, Password string }

// String masks both, so that no log shows them.
func (Credentials) String() string { return "***" }

// GoString does so for %#v.
func (Credentials) GoString() string { return "***" }

// LeftAlone says that the pool refused these very credentials, and that a pass which heeds that was not made.
type LeftAlone struct {
	Pool  string // its name in the configuration
	Until time.Time
}

func (e *LeftAlone) Error() string {
	return fmt.Sprintf("pool %s refused username and password, and is left alone until %s, so that its account is not locked: correct them and start anew, or try at once with syncd sync --pool %s",
		e.Pool, e.Until.Local().Format("2006-01-02 15:04:05 MST"), e.Pool)
}
func (*LeftAlone) outcome() {}

// heed returns a *LeftAlone where the pool refused the credentials of this pass not long ago.
func (p *Pass) heed(ctx context.Context) error {
	var until *time.Time
	var stored *string
	var holds bool
	err := p.conn.QueryRow(ctx, `SELECT refused_until, refused_credentials, coalesce(refused_until > now(), false) FROM syncd.pool WHERE id = $1`,
		p.poolID).Scan(&until, &stored, &holds)
	if err != nil {
		return err
	}
	p.refused = until != nil
	if !p.options.Heed || !holds || stored == nil {
		return nil
	}
	same, err := p.options.Credentials.are(*stored)
	if err != nil || !same {
		return err
	}
	return &LeftAlone{Pool: p.options.Pool, Until: *until}
}

// Refuse is Fail of a pass whose credentials the pool refused: passes that heed it leave the pool alone for an hour, while
// the credentials stay the same.
func (p *Pass) Refuse(ctx context.Context, cause error) error {
	mark, err := p.options.Credentials.mark()
	if err != nil {
		return errors.Join(err, p.Fail(ctx, cause))
	}
	return p.fail(ctx, `WITH run AS (`+closeRun+` RETURNING pool_id)
		UPDATE syncd.pool SET refused_until = clock_timestamp() + interval '`+refusalHolds+`', refused_credentials = $3
		FROM run WHERE id = run.pool_id`, text(cause.Error()), mark)
}

// accepted notes that the pool took the credentials.
func (p *Pass) accepted(ctx context.Context) error {
	if !p.refused {
		return nil
	}
	p.refused = false
	_, err := p.conn.Exec(ctx, `UPDATE syncd.pool SET refused_until = NULL, refused_credentials = NULL WHERE id = $1`, p.poolID)
	return err
}

// mark is what is stored of credentials.
func (c Credentials) mark() (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	return c.salted(salt)
}

// salted keeps two bytes of the hash: those who guess find one guess in 65,536 confirmed, and cannot tell which is right.
func (c Credentials) salted(salt []byte) (string, error) {
	hash, err := pbkdf2.Key(sha256.New, c.Username+"\x00"+c.Password, salt, 100_000, sha256.Size)
	if err != nil {
		return "", err
	}
	text := base64.StdEncoding.EncodeToString
	return text(salt) + ":" + text(hash[:2]), nil
}

// are tells whether a stored mark is that of these credentials.
func (c Credentials) are(mark string) (bool, error) {
	encoded, _, _ := strings.Cut(mark, ":")
	salt, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return false, nil // not ours
	}
	again, err := c.salted(salt)
	return subtle.ConstantTimeCompare([]byte(again), []byte(mark)) == 1, err
}
