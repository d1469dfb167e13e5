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

const member = (
  name: string,
  speaks: readonly Language[],
  utcOffset: number,
  talks: number,
  more: Pick<Member, 'isNightOwl' | 'joinsAt'> & { username: string },
): Member => ({ id: `demo|${more.username}`, name, speaks, utcOffset, talks, ...more });

/** A workshop, a garden and a kitchen that neighbours share, and their friends abroad. */
export const community: readonly Member[] = [
  member('Maren Holt', ['en', 'de'], 1, 3, { username: 'maren' }),
  member('Tobias Wenk', ['de', 'en'], 1, 1.6, { username: 'tobi' }),
  member('Ines Carvalho', ['pt', 'en', 'es'], 0, 1.8, { username: 'ines' }),
  member('Rafael Prado', ['pt', 'en'], -3, 1.2, { username: 'rafa', isNightOwl: true }),
  member('Lucía Ferrer', ['es', 'en'], 1, 1.7, { username: 'lucia' }),
  member('Diego Salinas', ['es', 'en'], -5, 1.1, { username: 'diego' }),
  member('Marta Olmos', ['es'], 1, 0.8, { username: 'marta' }),
  member('Camille Roche', ['fr', 'en'], 1, 1.6, { username: 'camille' }),
  member('Bastien Leroux', ['fr', 'en'], 1, 0.9, { username: 'bastien', isNightOwl: true }),
  member('Aminata Diop', ['fr', 'en'], 0, 1.1, { username: 'aminata' }),
  member('田中 遥', ['ja', 'en'], 9, 1.3, { username: 'haruka' }),
  member('鈴木 健', ['ja'], 9, 0.9, { username: 'ken' }),
  member('森 あおい', ['ja', 'en'], 9, 0.7, { username: 'aoi', isNightOwl: true }),
  member('陈思雨', ['zh', 'en'], 8, 1.2, { username: 'siyu' }),
  member('王磊', ['zh'], 8, 0.9, { username: 'wanglei' }),
  member('ليلى حداد', ['ar', 'en', 'fr'], 3, 1.3, { username: 'layla' }),
  member('عمر ناصر', ['ar', 'en'], 3, 1, { username: 'omar' }),
  member('سلمى فارس', ['ar'], 2, 0.7, { username: 'salma', isNightOwl: true }),
  member('Анна Белова', ['ru', 'en'], 3, 1, { username: 'anya' }),
  member('Илья Громов', ['ru', 'en'], 4, 0.8, { username: 'ilya', isNightOwl: true }),
  member('प्रिया शर्मा', ['hi', 'en'], 5.5, 1.2, { username: 'priya' }),
  member('अर्जुन मेहता', ['hi', 'en'], 5.5, 0.9, { username: 'arjun' }),
  member('Ελένη Βασιλείου', ['el', 'en'], 2, 0.9, { username: 'eleni' }),
  member('Νίκος Αλεξίου', ['el', 'en'], 2, 0.8, { username: 'nikos' }),
  member('Grace Adeyemi', ['en'], 1, 2.2, { username: 'grace' }),
  member('Owen Pritchard', ['en'], 0, 1.7, { username: 'owen' }),
  member('Siobhán Kerr', ['en'], 0, 1.4, { username: 'shiv', isNightOwl: true }),
  member('Walt Jennings', ['en'], -6, 1.3, { username: 'walt' }),
  member('June Okada', ['en', 'ja'], -8, 1.1, { username: 'june', isNightOwl: true }),
  member('Pieter van Rijn', ['en', 'de'], 1, 1.2, { username: 'pieter' }),
  member('Zsófi Nagy', ['en', 'de'], 1, 0.9, { username: 'zsofi' }),
  member('Björn Åkesson', ['en'], 1, 1, { username: 'bjorn', joinsAt: 0.12 }),
  member('Kofi Mensah', ['en', 'fr'], 0, 1.2, { username: 'kofi', joinsAt: 0.27 }),
  member('Hannah Vogel', ['de', 'en'], 1, 1, { username: 'hannah', joinsAt: 0.41 }),
  member('Tomás Rivas', ['es', 'en'], -4, 0.9, { username: 'tomas', joinsAt: 0.58 }),
  member('Mei Lin', ['zh', 'en'], 8, 0.9, { username: 'meilin', joinsAt: 0.73 }),
  member('Noor El-Amin', ['ar', 'en'], 2, 0.8, { username: 'noor', joinsAt: 0.86 }),
];

/** Who keeps order, and takes advertising away. */
export const moderatorUsername = 'maren';

/** Who brings it: in for one line, and gone. */
export const advertiser: Member = member('BEST-DEALS 24', ['en'], 0, 0, { username: 'best-deals-24' });
