/*
 * Every text of the page, ready to be translated: replace this file. What depends on a number or a name is a function;
 * numbers, days and times are spelled by `Intl` in a locale of this language.
 */

const language = 'en';
/** The reader's own variant of the language where the browser names one: `en-GB` spells dates unlike `en-US`. */
export const locale = globalThis.navigator?.languages.find((tag) => tag.split('-')[0] === language) ?? language;

const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(locale);
const shortList = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });

/** A number with its noun; the forms are those that `Intl.PluralRules` knows of the language. */
function count(amount: number, forms: { one: string; other: string }): string {
  return `${numbers.format(amount)} ${plurals.select(amount) === 'one' ? forms.one : forms.other}`;
}

/** A name inside a plain text: isolated, so that its writing direction turns nothing around it. */
function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

export const texts = {
  number: (amount: number): string => numbers.format(amount),
  /** Whole from ten on; below, one decimal place says more than a nought. */
  average: (amount: number): string => numbers.format(amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)),

  brand: 'Folkmoot',
  skipToComposer: 'Skip to the message field',
  navigation: 'Pages',
  chat: 'Chat',
  statistics: 'Statistics',
  close: 'Close',

  title: {
    chat: (room: string, unseen: number): string =>
      `${unseen > 0 ? `(${numbers.format(unseen)}) ` : ''}${room} · Folkmoot`,
    statistics: (unseen: number): string => `${unseen > 0 ? `(${numbers.format(unseen)}) ` : ''}Statistics · Folkmoot`,
    signIn: 'Folkmoot',
  },

  signIn: {
    heading: 'Join the conversation',
    intro: 'No account, no e-mail address. Choose the name that the others will see.',
    name: 'Your name',
    join: 'Join',
    joining: 'Joining…',
    signingIn: 'Signing in…',
    nameMissing: 'Please write a name that people can see.',
    unreachable: 'The server cannot be reached. Please try again in a moment.',
    failed: 'Something went wrong.',
  },

  signOut: 'Sign out',
  signOutUnsent: 'Not everything that you wrote has been sent, and it will be lost. Sign out all the same?',
  signedInAs: 'Signed in as',

  connection: {
    name: 'Connection',
    connecting: 'Connecting…',
    offline: 'You are offline. What you send goes out as soon as you are back.',
    lost: 'The connection is lost. Trying again…',
    catchingUp: 'Connected. Catching up with what you missed…',
    slow: 'This network blocks live connections: new messages come every few seconds.',
    problem: (reason: string): string => `The room cannot be followed: ${reason}`,
    tryAgain: 'Try again',
  },

  people: {
    name: 'People',
    heading: 'Here now',
    open: (amount: number): string => count(amount, { one: 'person', other: 'people' }),
    you: 'you',
    guest: 'guest',
    more: (amount: number): string => `and ${numbers.format(amount)} more`,
  },

  messages: {
    name: 'Messages',
    loading: 'Loading messages…',
    loadingOlder: 'Loading older messages…',
    olderFailed: (reason: string): string => `Older messages cannot be loaded: ${reason}`,
    beginning: 'This is the beginning of the room.',
    empty: 'Nobody has said anything yet. Say hello!',
    jumpToLatest: 'Jump to latest',
    newMessages: (amount: number): string => count(amount, { one: 'new message', other: 'new messages' }),
    from: (name: string, time: string): string => `${isolate(name)}, ${time}`,
    edited: 'edited',
    editedAt: (time: string): string => `Edited ${time}`,
    deleted: 'Message deleted',
    sending: 'sending…',
    saving: 'saving…',
    refused: { send: 'Not sent.', edit: 'The change is not saved.', delete: 'Not deleted.' },
    retry: 'Retry',
    discard: 'Discard',
    edit: 'Edit',
    delete: 'Delete',
    deleting: 'Message deleted.',
    undo: 'Undo',
    editMessage: 'Edit message',
    save: 'Save',
    cancel: 'Cancel',
    editHint: 'Escape to cancel, Enter to save',
  },

  composer: {
    name: 'Message',
    placeholder: (room: string): string => `Message #${room}`,
    send: 'Send',
    hint: 'Enter sends, Shift + Enter makes a new line, ↑ edits your last message',
    left: (amount: number): string => `${numbers.format(amount)} left`,
    tooLong: (excess: number, limit: number): string =>
      `${count(excess, { one: 'character', other: 'characters' })} too many: a message holds ${numbers.format(limit)}. Nothing is lost, but shorten it to send it.`,
  },

  /** `names` of one or two people; `amount` of all. */
  typing: (names: readonly string[], amount: number): string => {
    if (amount === 0) return '';
    if (amount > 2) return `${count(amount, { one: 'person is', other: 'people are' })} typing…`;
    return `${shortList.format(names.map(isolate))} ${plurals.select(amount) === 'one' ? 'is' : 'are'} typing…`;
  },

  time: {
    today: 'Today',
    yesterday: 'Yesterday',
    now: 'now',
  },

  announce: {
    message: (name: string, text: string): string => `${isolate(name)}: ${isolate(text)}`,
    several: (amount: number): string => count(amount, { one: 'new message', other: 'new messages' }),
    refused: {
      send: (reason: string): string => `A message was not sent. ${reason}`,
      edit: (reason: string): string => `A change of a message was not saved. ${reason}`,
      delete: (reason: string): string => `A message was not deleted. ${reason}`,
    },
    live: 'Connected.',
    deleted: 'Message deleted. You can undo this for five seconds.',
    restored: 'Message restored.',
  },

  stats: {
    heading: (room: string): string => `Statistics of #${room}`,
    span: 'Time span',
    days: (amount: number): string => count(amount, { one: 'day', other: 'days' }),
    totalMessages: 'Messages in all',
    totalUsers: 'People who have written',
    perDay: 'Messages a day',
    busiestHour: 'Busiest hour',
    messagesADay: 'Messages a day',
    peopleADay: 'People a day',
    busiestHours: 'Busiest hours',
    hoursNote: 'In your time zone',
    daysNote: 'Days in UTC',
    messages: (amount: number): string => count(amount, { one: 'message', other: 'messages' }),
    people: (amount: number): string => count(amount, { one: 'person', other: 'people' }),
    highest: (label: string, value: string): string => `Highest: ${value}, ${label}`,
    table: 'Show as a table',
    day: 'Day',
    hour: 'Hour',
    amount: 'Number',
    none: 'No messages in this time.',
    loading: 'Loading the statistics…',
    failed: (reason: string): string => `The statistics cannot be shown: ${reason}`,
  },
};
