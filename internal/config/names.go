package config

// PoolNames are the names of the pools in the file at path, as far as it can be read and whatever else is wrong with
// it. It is for completing a command line, where the passwords of the pools are seldom at hand.
func PoolNames(path string) []string {
	data, err := readFile(path, longestConfig)
	if err != nil {
		return nil
	}
	root, _ := parse(path, data).root.(map[string]any)
	pools, _ := root["pools"].([]any)
	var names []string
	for _, pool := range pools {
		fields, _ := pool.(map[string]any)
		if name, ok := fields["name"].(string); ok && poolName(name) == nil {
			names = append(names, name)
		}
	}
	return names
}
