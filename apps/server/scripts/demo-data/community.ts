/** The languages of the community, each with scenes of its own. */
export type Language = 'en' | 'de' | 'es' | 'fr' | 'pt' | 'ja' | 'zh' | 'ar' | 'ru' | 'hi' | 'el';

export type Member = {
  id: string;
  username: string;
  name: string;
  speaks: readonly Language[];
  /** Hours ahead of UTC: when this person is awake. */
  utcOffset: number;
  /** How much this person writes; 1 is the middle. */
  talks: number;
  /** Up late instead of early. */
  isNightOwl?: boolean;
  /** Who came while the community was there already: the share of the time that had passed by then. */
  joinsAt?: number;
};

type Person = Omit<Member, 'id' | 'name' | 'speaks'>;

const member = (name: string, speaks: readonly Language[], person: Person): Member => ({
  id: `demo|${person.username}`,
  name,
  speaks,
  ...person,
});

/** A workshop, a garden and a kitchen that neighbours share, and their friends abroad. */
export const community: readonly Member[] = [
  member('Maren Holt', ['en', 'de'], { username: 'maren', utcOffset: 1, talks: 3 }),
  member('Tobias Wenk', ['de', 'en'], { username: 'tobi', utcOffset: 1, talks: 1.6 }),
  member('Ines Carvalho', ['pt', 'en', 'es'], { username: 'ines', utcOffset: 0, talks: 1.8 }),
  member('Rafael Prado', ['pt', 'en'], { username: 'rafa', utcOffset: -3, talks: 1.2, isNightOwl: true }),
  member('Lucía Ferrer', ['es', 'en'], { username: 'lucia', utcOffset: 1, talks: 1.7 }),
  member('Diego Salinas', ['es', 'en'], { username: 'diego', utcOffset: -5, talks: 1.1 }),
  member('Marta Olmos', ['es'], { username: 'marta', utcOffset: 1, talks: 0.8 }),
  member('Camille Roche', ['fr', 'en'], { username: 'camille', utcOffset: 1, talks: 1.6 }),
  member('Bastien Leroux', ['fr', 'en'], { username: 'bastien', utcOffset: 1, talks: 0.9, isNightOwl: true }),
  member('Aminata Diop', ['fr', 'en'], { username: 'aminata', utcOffset: 0, talks: 1.1 }),
  member('田中 遥', ['ja', 'en'], { username: 'haruka', utcOffset: 9, talks: 1.3 }),
  member('鈴木 健', ['ja'], { username: 'ken', utcOffset: 9, talks: 0.9 }),
  member('森 あおい', ['ja', 'en'], { username: 'aoi', utcOffset: 9, talks: 0.7, isNightOwl: true }),
  member('陈思雨', ['zh', 'en'], { username: 'siyu', utcOffset: 8, talks: 1.2 }),
  member('王磊', ['zh'], { username: 'wanglei', utcOffset: 8, talks: 0.9 }),
  member('ليلى حداد', ['ar', 'en', 'fr'], { username: 'layla', utcOffset: 3, talks: 1.3 }),
  member('عمر ناصر', ['ar', 'en'], { username: 'omar', utcOffset: 3, talks: 1 }),
  member('سلمى فارس', ['ar'], { username: 'salma', utcOffset: 2, talks: 0.7, isNightOwl: true }),
  member('Анна Белова', ['ru', 'en'], { username: 'anya', utcOffset: 3, talks: 1 }),
  member('Илья Громов', ['ru', 'en'], { username: 'ilya', utcOffset: 4, talks: 0.8, isNightOwl: true }),
  member('प्रिया शर्मा', ['hi', 'en'], { username: 'priya', utcOffset: 5.5, talks: 1.2 }),
  member('अर्जुन मेहता', ['hi', 'en'], { username: 'arjun', utcOffset: 5.5, talks: 0.9 }),
  member('Ελένη Βασιλείου', ['el', 'en'], { username: 'eleni', utcOffset: 2, talks: 0.9 }),
  member('Νίκος Αλεξίου', ['el', 'en'], { username: 'nikos', utcOffset: 2, talks: 0.8 }),
  member('Grace Adeyemi', ['en'], { username: 'grace', utcOffset: 1, talks: 2.2 }),
  member('Owen Pritchard', ['en'], { username: 'owen', utcOffset: 0, talks: 1.7 }),
  member('Siobhán Kerr', ['en'], { username: 'shiv', utcOffset: 0, talks: 1.4, isNightOwl: true }),
  member('Walt Jennings', ['en'], { username: 'walt', utcOffset: -6, talks: 1.3 }),
  member('June Okada', ['en', 'ja'], { username: 'june', utcOffset: -8, talks: 1.1, isNightOwl: true }),
  member('Pieter van Rijn', ['en', 'de'], { username: 'pieter', utcOffset: 1, talks: 1.2 }),
  member('Zsófi Nagy', ['en', 'de'], { username: 'zsofi', utcOffset: 1, talks: 0.9 }),
  member('Björn Åkesson', ['en'], { username: 'bjorn', utcOffset: 1, talks: 1, joinsAt: 0.12 }),
  member('Kofi Mensah', ['en', 'fr'], { username: 'kofi', utcOffset: 0, talks: 1.2, joinsAt: 0.27 }),
  member('Hannah Vogel', ['de', 'en'], { username: 'hannah', utcOffset: 1, talks: 1, joinsAt: 0.41 }),
  member('Tomás Rivas', ['es', 'en'], { username: 'tomas', utcOffset: -4, talks: 0.9, joinsAt: 0.58 }),
  member('Mei Lin', ['zh', 'en'], { username: 'meilin', utcOffset: 8, talks: 0.9, joinsAt: 0.73 }),
  member('Noor El-Amin', ['ar', 'en'], { username: 'noor', utcOffset: 2, talks: 0.8, joinsAt: 0.86 }),
];

/** Who keeps order, and takes advertising away. */
export const moderatorUsername = 'maren';

/** Who brings it: in for one line, and gone. */
export const advertiser: Member = member('BEST-DEALS 24', ['en'], {
  username: 'best-deals-24',
  utcOffset: 0,
  talks: 0,
});
