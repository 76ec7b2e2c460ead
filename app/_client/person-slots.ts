/** Whose drafts these are, by the phone's own memory (drafts.ts). */
export const draftPersonSlot = 'uyim:person'
/** When this tab last heard from the server whose session it is (person.ts). */
export const checkedSlot = 'uyim:person-checked'

/**
 * Runs as text inside the page where somebody signs in, before the form can be sent: the next page asks the server anew who is
 * here, and until then no drafts of the person before are read.
 */
export const somebodySignsIn = `try{sessionStorage.removeItem('${checkedSlot}');localStorage.removeItem('${draftPersonSlot}')}catch{}`
