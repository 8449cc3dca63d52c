package db_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
)

// BenchmarkRead compares a list read through the door with the same statement on a superuser's bare pool, which no policy binds.
func BenchmarkRead(b *testing.B) {
	for _, engine := range dbtest.Engines {
		d := open(b, sampleURL(b, engine))
		who := dbtest.Actor(dbtest.Tenant(b, d))
		for range 25 {
			mustPut(b, d, who, thingInsert, thing(), claimed())
		}
		ctx := context.WithoutCancel(b.Context())
		b.Run(engine, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Read(ctx, who, func(tx *db.Tx) error { _, err := db.All(ctx, tx, text, thingCodes); return err }); err != nil {
					b.Fatal(err)
				}
			}
		})
		if engine == "postgres" {
			owner, err := pgxpool.New(ctx, sampleURL(b, engine))
			if err != nil {
				b.Fatal(err)
			}
			defer owner.Close()
			b.Run("bare", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					rows, err := owner.Query(ctx, "select code from things where tenant_id = $1 order by code", who.Tenant().String())
					if err != nil {
						b.Fatal(err)
					}
					for rows.Next() {
						var s string
						if err := rows.Scan(&s); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}
