import { expect, test } from 'vitest'
import { isNear, makeRouter, type Door } from '#server/infra/http.ts'

const door = (method: Door['method'], path: string): Door => ({ method, path, handle: () => new Response() })
const find = makeRouter([door('POST', '/api/payments/payme'), door('POST', '/api/payments/payme/:merchant'), door('GET', '/api/payments/kaspi')])

test('finds doors by method and segments', () => {
  expect(find('POST', '/api/payments/payme')).toMatchObject({ params: {} })
  expect(find('POST', '/api/payments/payme/house-7')).toMatchObject({ params: { merchant: 'house-7' } })
  expect(find('HEAD', '/api/payments/kaspi')).toMatchObject({ params: {} })
  expect(find('GET', '/api/payments/payme')).toBe('wrong method')
  expect(find('GET', '/api/payments/none')).toBeNull()
  expect(find('POST', '/api/payments/payme/a%2Fb')).toBeNull()
  expect(find('GET', '/uz/home')).toBeNull()
})

test('private addresses are near, others are not', () => {
  for (const address of ['127.0.0.1', '::1', '10.1.2.3', '192.168.0.9', '172.20.0.1', 'fd00::1']) expect(isNear(address)).toBe(true)
  for (const address of ['8.8.8.8', '172.32.0.1', '2001:db8::1', '']) expect(isNear(address)).toBe(false)
})
