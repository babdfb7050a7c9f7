// Package memory keeps the caps and carries wake-up hints within one process.
package memory
