// Package redis keeps the caps and carries wake-up hints between replicas. Redis never holds the only copy of anything:
// when it is lost, calls to Zalo wait and workers find their lanes by looking.
package redis
