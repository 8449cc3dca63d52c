package post

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/page"
)

// ByCode gives the posts that have some codes, at most page.Max of them and without who holds them: those that Get would give. Needs post.read.
func (s *Service) ByCode(ctx context.Context, who actor.Actor, codes []string) (map[string]Post, error) {
	see, err := sightOf(who)
	if err != nil {
		return nil, err
	}
	var rows []Post
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPost, byCode, see.person, s.now(), codes[:min(len(codes), page.Max)], see.all, see.sites)
		return err
	})
	out := make(map[string]Post, len(rows))
	for _, p := range rows {
		out[p.Code] = p
	}
	return out, err
}

const byCode db.SQL = `-- post.byCode
select ` + columns + from + `where p.tenant_id = $1 and p.code in_list($4) and ($5 or p.site_id in_list($6) or ` + own + `)`
