import 'server-only'
import { router, signedProcedure, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { inFlightOf, invoicesOf } from '#server/payments/queries.ts'
import { allocationDesk } from './allocation/desk.ts'
import { decideAllocationInput, draftAllocationInput } from './allocation/schema.ts'
import { closeMonth } from './close-month.ts'
import { continueBilling } from './continue-billing.ts'
import { contributionsOf } from './contributions/queries.ts'
import { correctionsOf } from './reissue/queries.ts'
import { declineCorrectionInput, draftCorrectionInput, draftCorrectionsInput, postCorrectionInput } from './reissue/schema.ts'
import { courtCase, courtDesk } from './court/desk.ts'
import { courtAccountInput, fileCourtPaperInput, prepareCourtPackInput } from './court/schema.ts'
import { decideAllocation } from './decide-allocation.ts'
import { decideContribution } from './decide-contribution.ts'
import { declineCorrection } from './decline-correction.ts'
import { decideIndex } from './decide-index.ts'
import { decideNorm } from './decide-norm.ts'
import { decidePenalty } from './decide-penalty.ts'
import { decideService } from './decide-service.ts'
import { declineTariff } from './decline-tariff.ts'
import { disputeBill } from './dispute-bill.ts'
import { draftAllocation } from './draft-allocation.ts'
import { draftCorrection } from './draft-correction.ts'
import { draftCorrections } from './draft-corrections.ts'
import { draftHeat } from './draft-heat.ts'
import { draftIndex } from './draft-index.ts'
import { draftNorm } from './draft-norm.ts'
import { draftPenalty } from './draft-penalty.ts'
import { draftService } from './draft-service.ts'
import { draftTariff } from './draft-tariff.ts'
import { endHeat } from './end-heat.ts'
import { endTariff } from './end-tariff.ts'
import { heatDesk } from './heat/desk.ts'
import { draftHeatInput, endHeatInput, heatDeskInput, heatInput, registerInterruptionInput, withdrawInterruptionInput } from './heat/schema.ts'
import { fileCourtPaper } from './file-court-paper.ts'
import { indexDesk } from './indexes/desk.ts'
import { decideIndexInput, draftIndexInput, withdrawIndexInput } from './indexes/schema.ts'
import { inputFacts } from './inputs/queries.ts'
import { checkBooksInput, closeMonthInput, monthInput } from './month/schema.ts'
import { checkBooks, monthView } from './month/view.ts'
import { normDesk } from './norms/desk.ts'
import { decideNormInput, draftNormInput, withdrawNormInput } from './norms/schema.ts'
import { openBilling } from './open-billing.ts'
import { requestPapers } from './request-papers.ts'
import { paperBatches } from './paper/queries.ts'
import { penaltyDesk } from './penalties/desk.ts'
import { decidePenaltyInput, draftPenaltyInput } from './penalties/schema.ts'
import { housesToBill, previewBilling } from './preview/queries.ts'
import { postCorrection } from './post-correction.ts'
import { postCorrections } from './post-corrections.ts'
import { publishHeat } from './publish-heat.ts'
import { prepareCourtPack } from './prepare-court-pack.ts'
import { publishTariff } from './publish-tariff.ts'
import { billPage, myAccounts, readingsOfBill } from './queries.ts'
import { registerInterruption } from './register-interruption.ts'
import { runBilling } from './run-billing.ts'
import { billKey, continueBillingInput, contributionsInput, decideContributionInput, disputeBillInput, houseMonth, openBillingInput, requestPapersInput, runBillingInput, staffBillsInput } from './schema.ts'
import { servicesDesk } from './services/desk.ts'
import { decideServiceInput, draftServiceInput, servicesInput } from './services/schema.ts'
import { tariffForm, tariffList, tariffPage } from './tariffs/desk.ts'
import { declineTariffInput, draftTariffInput, endTariffInput, tariffFormInput, tariffInput, tariffListInput } from './tariffs/schema.ts'
import { withdrawIndex } from './withdraw-index.ts'
import { withdrawInterruption } from './withdraw-interruption.ts'
import { withdrawNorm } from './withdraw-norm.ts'

export const billingRouter = router({
  mine: signedProcedure.query(({ ctx }) => myAccounts(ctx)),
  bill: signedProcedure.input(billKey).query(async ({ ctx, input }) => {
    const page = await shown({ ctx, what: 'BILL' }, billPage(ctx, input, true), ({ bill }) => [bill])
    const inFlight = await inFlightOf(ctx, page.bill)
    // Instalments have invoices of their own; most accounts have none, and then nothing more is asked.
    const mayHave = page.programmes !== 0n || inFlight.items.some(item => item.invoiceId !== null)
    return { ...page, today: ctx.today, payable: { inFlight, invoices: mayHave ? await invoicesOf(ctx, page.bill) : [] } }
  }),
  line: signedProcedure.input(billKey).query(async ({ ctx, input }) => {
    const page = await shown({ ctx, what: 'BILL' }, billPage(ctx, input), ({ bill }) => [bill])
    return { ...page, readings: await readingsOfBill(ctx, page.bill) }
  }),
  inputs: signedProcedure.input(billKey).query(async ({ ctx, input }) => {
    const page = await shown({ ctx, what: 'BILL' }, billPage(ctx, input), ({ bill }) => [bill])
    return { ...page, facts: await inputFacts(ctx, page.bill) }
  }),
  dispute: signedProcedure.input(disputeBillInput).mutation(({ ctx, input }) => disputeBill(ctx, input)),
  houses: staffProcedure.input(staffBillsInput).query(({ ctx, input }) => housesToBill(ctx, input.period)),
  requestPapers: staffProcedure.input(requestPapersInput).mutation(({ ctx, input }) => requestPapers(ctx, input)),
  papers: staffProcedure.input(houseMonth).query(({ ctx, input }) => paperBatches(ctx, input)),
  preview: staffProcedure.input(houseMonth).query(({ ctx, input }) => previewBilling(ctx, input)),
  run: staffProcedure.input(runBillingInput).mutation(({ ctx, input }) => runBilling(ctx, input)),
  open: staffProcedure.input(openBillingInput).mutation(({ ctx, input }) => openBilling(ctx, input)),
  continue: stepProcedure.input(continueBillingInput).mutation(({ ctx, input }) => continueBilling(ctx.request, input)),
  corrections: staffProcedure.input(houseMonth).query(({ ctx, input }) =>
    shown({ ctx, what: 'BILL' }, correctionsOf(ctx, input), rows => rows.map(({ premisesId }) => ({ buildingId: input.buildingId, premisesId })))),
  draftCorrection: staffProcedure.input(draftCorrectionInput).mutation(({ ctx, input }) => draftCorrection(ctx, input)),
  postCorrection: staffProcedure.input(postCorrectionInput).mutation(({ ctx, input }) => postCorrection(ctx, input)),
  draftCorrections: staffProcedure.input(draftCorrectionsInput).mutation(({ ctx, input }) => draftCorrections(ctx, input)),
  postCorrections: staffProcedure.input(houseMonth).mutation(({ ctx, input }) => postCorrections(ctx, input)),
  declineCorrection: staffProcedure.input(declineCorrectionInput).mutation(({ ctx, input }) => declineCorrection(ctx, input)),
  month: staffProcedure.input(monthInput).query(({ ctx, input }) => monthView(ctx, input)),
  checkBooks: stepProcedure.input(checkBooksInput).query(({ ctx, input }) => checkBooks(ctx.request, input)),
  closeMonth: stepProcedure.input(closeMonthInput).mutation(({ ctx, input }) => closeMonth(ctx.request, input)),
  contributions: staffProcedure.input(contributionsInput).query(({ ctx, input }) => contributionsOf(ctx, input)),
  court: staffProcedure.query(({ ctx }) => courtDesk(ctx)),
  courtCase: staffProcedure.input(courtAccountInput).query(({ ctx, input }) => shown({ ctx, what: 'BILL' }, courtCase(ctx, input), ({ place }) => [place])),
  fileCourtPaper: staffProcedure.input(fileCourtPaperInput).mutation(({ ctx, input }) => fileCourtPaper(ctx, input)),
  prepareCourtPack: staffProcedure.input(prepareCourtPackInput).mutation(({ ctx, input }) => prepareCourtPack(ctx, input)),
  decideContribution: staffProcedure.input(decideContributionInput).mutation(({ ctx, input }) => decideContribution(ctx, input)),
  tariffs: staffProcedure.input(tariffListInput).query(({ ctx, input }) => tariffList(ctx, input)),
  tariff: staffProcedure.input(tariffInput).query(({ ctx, input }) => tariffPage(ctx, input)),
  tariffForm: staffProcedure.input(tariffFormInput).query(({ ctx, input }) => tariffForm(ctx, input)),
  draftTariff: staffProcedure.input(draftTariffInput).mutation(({ ctx, input }) => draftTariff(ctx, input)),
  publishTariff: staffProcedure.input(tariffInput).mutation(({ ctx, input }) => publishTariff(ctx, input)),
  declineTariff: staffProcedure.input(declineTariffInput).mutation(({ ctx, input }) => declineTariff(ctx, input)),
  endTariff: staffProcedure.input(endTariffInput).mutation(({ ctx, input }) => endTariff(ctx, input)),
  heat: staffProcedure.input(heatDeskInput).query(({ ctx, input }) => heatDesk(ctx, input)),
  draftHeat: staffProcedure.input(draftHeatInput).mutation(({ ctx, input }) => draftHeat(ctx, input)),
  publishHeat: staffProcedure.input(heatInput).mutation(({ ctx, input }) => publishHeat(ctx, input)),
  endHeat: staffProcedure.input(endHeatInput).mutation(({ ctx, input }) => endHeat(ctx, input)),
  services: staffProcedure.input(servicesInput).query(({ ctx, input }) => servicesDesk(ctx, input)),
  draftService: staffProcedure.input(draftServiceInput).mutation(({ ctx, input }) => draftService(ctx, input)),
  decideService: staffProcedure.input(decideServiceInput).mutation(({ ctx, input }) => decideService(ctx, input)),
  norms: staffProcedure.query(({ ctx }) => normDesk(ctx)),
  draftNorm: staffProcedure.input(draftNormInput).mutation(({ ctx, input }) => draftNorm(ctx, input)),
  decideNorm: staffProcedure.input(decideNormInput).mutation(({ ctx, input }) => decideNorm(ctx, input)),
  withdrawNorm: staffProcedure.input(withdrawNormInput).mutation(({ ctx, input }) => withdrawNorm(ctx, input)),
  penalties: staffProcedure.query(({ ctx }) => penaltyDesk(ctx)),
  draftPenalty: staffProcedure.input(draftPenaltyInput).mutation(({ ctx, input }) => draftPenalty(ctx, input)),
  decidePenalty: staffProcedure.input(decidePenaltyInput).mutation(({ ctx, input }) => decidePenalty(ctx, input)),
  indexes: staffProcedure.query(({ ctx }) => indexDesk(ctx)),
  draftIndex: staffProcedure.input(draftIndexInput).mutation(({ ctx, input }) => draftIndex(ctx, input)),
  decideIndex: staffProcedure.input(decideIndexInput).mutation(({ ctx, input }) => decideIndex(ctx, input)),
  withdrawIndex: staffProcedure.input(withdrawIndexInput).mutation(({ ctx, input }) => withdrawIndex(ctx, input)),
  allocation: staffProcedure.query(({ ctx }) => allocationDesk(ctx)),
  draftAllocation: staffProcedure.input(draftAllocationInput).mutation(({ ctx, input }) => draftAllocation(ctx, input)),
  decideAllocation: staffProcedure.input(decideAllocationInput).mutation(({ ctx, input }) => decideAllocation(ctx, input)),
  withdrawInterruption: staffProcedure.input(withdrawInterruptionInput).mutation(({ ctx, input }) => withdrawInterruption(ctx, input)),
  registerInterruption: staffProcedure.input(registerInterruptionInput).mutation(({ ctx, input }) => registerInterruption(ctx, input)),
})
