import { notFound } from 'next/navigation'

/** Any address that no screen answers, so that the person reads it in their own language. */
export default function NoSuchPage() {
  notFound()
}
