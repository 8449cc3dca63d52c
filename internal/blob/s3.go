package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"intelliwiz/internal/fault"
)

// S3 keeps bytes in a bucket.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// NewS3 makes the store of an address s3://KEY:SECRET@BUCKET?endpoint=HOST:PORT&region=R&prefix=P&tls=off&path=on. Without KEY and SECRET
// the usual variables (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and then the machine's role are asked; without an endpoint it is AWS's.
// prefix stands before all keys; tls=off is for servers of the same machine; path=on puts the bucket into the path. Nothing is sent yet.
func NewS3(u *url.URL) (*S3, error) {
	q := u.Query()
	for name := range q {
		if !slices.Contains([]string{"endpoint", "region", "prefix", "tls", "path"}, name) {
			return nil, fmt.Errorf("address of files: %s is not known", name)
		}
	}
	if u.Host == "" {
		return nil, errors.New("address of files: it names no bucket")
	}
	prefix := q.Get("prefix")
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		if err := checked(prefix); err != nil {
			return nil, err
		}
		prefix += "/"
	}
	o := &minio.Options{Secure: q.Get("tls") != "off", Region: q.Get("region"), MaxRetries: 3, BucketLookup: minio.BucketLookupAuto}
	if q.Get("path") == "on" {
		o.BucketLookup = minio.BucketLookupPath
	}
	if secret, ok := u.User.Password(); ok {
		o.Creds = credentials.NewStaticV4(u.User.Username(), secret, "")
	} else {
		o.Creds = credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
	}
	endpoint := q.Get("endpoint")
	if endpoint == "" {
		endpoint = "s3.amazonaws.com"
	}
	client, err := minio.New(endpoint, o)
	if err != nil {
		return nil, fmt.Errorf("address of files: %w", err)
	}
	return &S3{client: client, bucket: u.Host, prefix: prefix}, nil
}

// Put sends the bytes; the server makes them visible when it has them all.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := checked(key); err != nil {
		return err
	}
	_, err := s.client.PutObject(ctx, s.bucket, s.prefix+key, &exactly{r, size}, size, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return refused(err)
}

// Open asks whether the key is there; the bytes come as they are read.
func (s *S3) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := checked(key); err != nil {
		return nil, err
	}
	o, err := s.client.GetObject(ctx, s.bucket, s.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, refused(err)
	}
	if _, err := o.Stat(); err != nil {
		return nil, errors.Join(refused(err), o.Close())
	}
	return o, nil
}

// Delete removes the object of a key.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checked(key); err != nil {
		return err
	}
	return refused(s.client.RemoveObject(ctx, s.bucket, s.prefix+key, minio.RemoveObjectOptions{}))
}

// Each asks for the list, page by page.
func (s *S3) Each(ctx context.Context, do func(Info) error) error {
	ctx, cancel := context.WithCancel(ctx) // ends the list when do does not want the rest
	defer cancel()
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return refused(o.Err)
		}
		name := strings.TrimPrefix(o.Key, s.prefix)
		if checked(name) != nil {
			continue
		}
		if err := do(Info{Key: name, Size: o.Size, At: o.LastModified}); err != nil {
			return err
		}
	}
	return nil
}

// refused turns what the server says into a fault.
func refused(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, errSize) {
		return err
	}
	switch e := minio.ToErrorResponse(err); {
	case e.Code == "NoSuchKey":
		return missing().Because(err)
	case e.Code == "" || e.StatusCode >= 500 || e.StatusCode == 429:
		f := fault.Of(fault.Unavailable, "The place where files are kept does not answer. Try again in a while.").Because(err)
		f.RetryAfter = 5 * time.Second
		return f
	}
	return fmt.Errorf("files: %w", err)
}
