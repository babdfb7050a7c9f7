// Package configs holds what an operator may set: the settings with their defaults, the checks made on them once at
// start, the commented example file, and the embedded YAML that whoever owns the meaning parses. It imports nothing
// of ours, and only cmd imports it.
package configs
