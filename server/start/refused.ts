/** What the operator must put right; printed as one sentence, without a stack. */
export class Refused extends Error {}
