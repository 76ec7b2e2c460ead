import { Card } from '#app/_ui/card.tsx'
import type { FactGroup } from '#app/_parts/buildings/passport-words.ts'

/** One heading of the passport: number, name and value of each field, one under another on a narrow screen. */
export function PassportCard({ group }: { group: FactGroup }) {
  return (
    <Card title={group.title}>
      <dl className="divide-y divide-line">
        {group.facts.map(fact => (
          <div key={fact.number} className="flex flex-col gap-0.5 py-2 sm:flex-row sm:gap-4">
            <dt className="text-small text-note sm:w-1/2">
              <span className="figures">{fact.number}.</span> {fact.term}
            </dt>
            <dd className={`figures sm:w-1/2 ${fact.given ? '' : 'text-note italic'}`}>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
