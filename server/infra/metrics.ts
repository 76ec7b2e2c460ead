import 'server-only'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { slot } from '#server/infra/slot.ts'

export function metrics(): Registry {
  return slot('metrics', () => {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry, prefix: 'uyim_' })
    return registry
  })
}

type Meaning<L extends string> = { name: string; help: string; labels?: readonly L[] }

export function counter<L extends string = never>({ name, help, labels = [] }: Meaning<L>): Counter<L> {
  return slot(`metrics.${name}`, () => new Counter({ name, help, labelNames: labels, registers: [metrics()] }))
}

export function gauge<L extends string = never>({ name, help, labels = [] }: Meaning<L>): Gauge<L> {
  return slot(`metrics.${name}`, () => new Gauge({ name, help, labelNames: labels, registers: [metrics()] }))
}

export function histogram<L extends string = never>({ name, help, labels = [] }: Meaning<L>): Histogram<L> {
  return slot(`metrics.${name}`, () => new Histogram({
    name, help, labelNames: labels, registers: [metrics()],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }))
}
