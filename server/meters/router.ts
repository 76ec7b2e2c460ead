import 'server-only'
import { router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { correctReading } from '#server/meters/correct-reading.ts'
import { flatsWithoutReadings, historyOf, listMine, listOfPremises, meterById } from '#server/meters/queries.ts'
import { metersOfHouse, readingsOf } from '#server/meters/readings/queries.ts'
import { registerMeter } from '#server/meters/register-meter.ts'
import { replaceMeter } from '#server/meters/replace-meter.ts'
import { correctReadingInput, houseInput, meterInput, monthOfHouseInput, premisesInput, registerMeterInput, replaceMeterInput, submitReadingInput } from '#server/meters/schema.ts'
import { submitReading } from '#server/meters/submit-reading.ts'

/** A meter of the whole house shows nobody's home. */
const flatOnly = ({ buildingId, premisesId }: { buildingId: string; premisesId: string | null }) => premisesId === null ? [] : [{ buildingId, premisesId }]

export const metersRouter = router({
  listMine: signedProcedure.query(({ ctx }) => listMine(ctx)),
  listOfPremises: staffProcedure.input(premisesInput).query(({ ctx, input }) => shown({ ctx, what: 'METERS' }, listOfPremises(ctx, input.premisesId), cards => cards)),
  history: signedProcedure.input(meterInput).query(({ ctx, input }) =>
    shown({ ctx, what: 'METERS' }, historyOf(ctx, input), async () => flatOnly(await meterById(ctx.db, input.buildingId, input.meterId)))),
  flatsWithoutReadings: signedProcedure.input(monthOfHouseInput).query(({ ctx, input }) => flatsWithoutReadings(ctx, input)),
  readings: staffProcedure.input(meterInput).query(({ ctx, input }) => shown({ ctx, what: 'METERS' }, readingsOf(ctx, input), ({ meter }) => flatOnly(meter))),
  listOfHouse: staffProcedure.input(houseInput).query(({ ctx, input }) => metersOfHouse(ctx, input.buildingId)),
  submitReading: signedProcedure.input(submitReadingInput).mutation(({ ctx, input }) => submitReading(ctx, input)),
  correctReading: signedProcedure.input(correctReadingInput).mutation(({ ctx, input }) => correctReading(ctx, input)),
  registerMeter: staffProcedure.input(registerMeterInput).mutation(({ ctx, input }) => registerMeter(ctx, input)),
  replaceMeter: staffProcedure.input(replaceMeterInput).mutation(({ ctx, input }) => replaceMeter(ctx, input)),
})
