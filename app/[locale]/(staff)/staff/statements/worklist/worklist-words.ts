type Plain = 'none' | 'left' | 'date' | 'sum' | 'party' | 'purpose' | 'why' | 'house' | 'file' | 'document' | 'next' | 'previous' | 'hints' | 'noHints' | 'flat' | 'take' | 'number' | 'assign' | 'notOurs' | 'reason' | 'words' | 'reject'
  | 'split' | 'part' | 'partSum' | 'morePart' | 'splitAct' | 'known' | 'givenBack' | 'postLump' | 'link' | 'done' | 'cancel' | 'working' | 'list' | 'acts' | 'badSum' | 'tenDigits'
export type WorklistWords = Readonly<Record<Plain, string> & Record<'signs' | 'reasons' | 'problems' | 'steps' | 'providers', Record<string, string>>>
