package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"syncd/internal/model"
	"syncd/internal/xenapi"
)

// probe reads what a pool says of itself: its name, its master, its release, how many hosts it has.
func probe(ctx context.Context, s *xenapi.Session) (string, error) {
	pools, err := readClass(ctx, s, "pool", "uuid", "name_label", "master")
	if err != nil {
		return "", err
	}
	hosts, err := readClass(ctx, s, "host", "name_label", "software_version")
	if err != nil {
		return "", err
	}
	var found []string
	for _, pool := range pools {
		found = append(found, fmt.Sprintf("pool %s %q", pool["uuid"], pool["name_label"]))
		for _, host := range hosts {
			if host["ref"] != pool["master"] {
				continue
			}
			var release struct {
				Brand    string `json:"product_brand"`
				Version  string `json:"product_version"`
				Platform string `json:"platform_version"`
			}
			// A host that tells none of them is none the worse for it.
			_ = json.Unmarshal([]byte(host["software_version"]), &release)
			found = append(found, "master "+host["name_label"])
			if text := strings.TrimSpace(release.Brand + " " + release.Version); text != "" {
				found = append(found, text)
			} else if release.Platform != "" {
				found = append(found, "platform "+release.Platform)
			}
		}
	}
	return fmt.Sprintf("%s, hosts: %d", strings.Join(found, ", "), len(hosts)), nil
}

// readClass reads some fields of every object of a class, and its reference as ref.
func readClass(ctx context.Context, s *xenapi.Session, name string, fields ...string) (objects []map[string]string, err error) {
	class := model.Lookup(name)
	err = s.Read(ctx, class, func() error { objects = nil; return nil }, func(rec *model.Record) error {
		if err := xenapi.Decode(rec); err != nil {
			return err
		}
		object := map[string]string{"ref": string(rec.Ref)}
		for _, field := range fields {
			text, _ := rec.Value(class.Field(field).Index)
			object[field] = string(text)
		}
		objects = append(objects, object)
		return nil
	})
	return objects, err
}
