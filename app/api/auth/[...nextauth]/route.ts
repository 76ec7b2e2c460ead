import { envelopeDoor } from '#server/identity/envelope/http.ts'

export { envelopeDoor as GET, envelopeDoor as POST }
