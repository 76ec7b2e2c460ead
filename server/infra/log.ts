import 'server-only'
import { pino, stdTimeFunctions, type Logger } from 'pino'
import { env } from '#server/infra/env.ts'
import { slot } from '#server/infra/slot.ts'

const secretKeys = /^(phone|code|otp|pin|password|passphrase|secret|token|sealed|cookie|set-cookie|authorization|auth|iin|pinfl|personalid|sessionid|invitation|totp.*|.*secret|.*token|.*password|.*key)$/i
const phone = /(?<![\w-])(\+?(?:998\d{2}|7[0-9]{3}))\d{5}(\d{2})(?![\w-])/g
const depth = 8

/** Hides values under telling keys at any depth; numbers of telephones are hidden in any text. */
export function mask(value: unknown, level = 0): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object' || value instanceof Date || value instanceof Error) return value
  if (level >= depth) return '[deep]'
  if (Array.isArray(value)) return value.map(item => mask(item, level + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) =>
    [key, secretKeys.test(key) && item !== null && item !== undefined ? '[hidden]' : mask(item, level + 1)]))
}

export function maskText(text: string): string {
  return text.replace(phone, '$1*****$2')
}

function makeLog(): Logger {
  return pino({
    level: env.LOG_LEVEL,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { log: fields => mask(fields) as Record<string, unknown>, level: label => ({ level: label }) },
    hooks: { streamWrite: maskText },
  })
}

export const log: Logger = slot('log', makeLog)
