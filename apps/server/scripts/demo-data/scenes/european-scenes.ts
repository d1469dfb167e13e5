import type { LanguageScript } from './scene-script.ts';

export const europeanScenes: readonly LanguageScript[] = [
  {
    language: 'de',
    words: {
      ding: ['der Akkuschrauber', 'die lange Leiter', 'der Beamer', 'die Nähmaschine', 'der Anhänger'],
      ort: ['im Keller', 'in der Werkstatt', 'im grünen Schuppen', 'hinter der Küche'],
      tag: ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'],
      uhr: ['neun', 'halb elf', 'zwölf', '15 Uhr', 'sechs', '19:30 Uhr'],
      essen: ['Linsensuppe', 'Zwiebelkuchen', 'Apfelstrudel', 'Kartoffelsalat', 'Pflaumenkuchen'],
    },
    scenes: [
      [
        'A: Weiß jemand, wo {ding} ist? | Moin, {ding} fehlt schon wieder.',
        'B: Steht {ort}, da wo niemand sucht. | Gestern war das noch {ort}.',
        'A: Gefunden, danke! | Tatsächlich. Danke {B}!',
        '?C: Bitte danach auch wieder eintragen 🙂',
      ],
      [
        'A: Wer kommt am {tag} zum Reparaturcafé? | Am {tag} um {uhr} ist wieder Reparaturcafé.',
        'B: Ich bin dabei und bringe {essen} mit. | Bin da!',
        '?C: Kann jemand meinen Toaster anschauen? | Ich erst später, so gegen {uhr}.',
        'A: Klar, bring ihn mit. | Perfekt, bis dann.',
      ],
      [
        'A: Das Rezept für die {essen} bitte!',
        'B: Geheim. Na gut: viel Geduld, etwas Muskat und die größte Schüssel, die du hast. | Schreib ich dir heute Abend auf.',
        'A: Du bist die Beste. | 🙏',
        '?C: Ich würde auch eins nehmen.',
      ],
      [
        'A: Die Heizung {ort} klopft. | Es ist eiskalt {ort}.',
        'B: Entlüften hilft meistens. | Ich schau um {uhr} vorbei.',
        '?A: Jetzt ist Ruhe. Schön!',
      ],
      [
        'A: Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen – passt das noch auf den Flyer?',
        'B: Nur im Querformat. | Wenn du die Schrift klein genug machst 😄',
        '?C: Bitte nicht.',
      ],
    ],
    hello: [
      'A: Hallo zusammen, ich bin neu hier! | Guten Tag in die Runde!',
      'B: Willkommen {A}! | Schön, dass du da bist, {A}.',
      'A: Danke! Ich war am {tag} zum ersten Mal {ort}. | Danke, sehr nett hier.',
      '?C: Dann sehen wir uns am {tag}!',
    ],
    reactions: ['genau', 'stark!', '😄', 'danke!', 'guter Punkt', 'ach herrlich', '👍'],
  },
  {
    language: 'es',
    words: {
      dia: ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'],
      cosa: ['la escalera', 'el taladro', 'la carretilla', 'la máquina de coser', 'el proyector'],
      plato: ['tortilla', 'gazpacho', 'empanadas', 'croquetas', 'arroz con leche'],
      hora: ['las diez', 'las doce y media', 'las cinco', 'las siete', 'las ocho y cuarto'],
      planta: ['los tomates', 'los pimientos', 'las berenjenas', 'el perejil', 'las fresas'],
    },
    scenes: [
      [
        'A: ¿Alguien tiene {cosa}? | ¿Dónde está {cosa}? No la encuentro en el taller.',
        'B: Creo que sigue en el cobertizo. | La tengo yo, la devuelvo el {dia}.',
        'A: ¡Gracias, {B}! | Vale, sin prisa.',
        '?C: Apuntadlo en la lista, por favor 😇',
      ],
      [
        'A: El {dia} a {hora} hacemos {plato}. ¿Quién se apunta? | ¿Cocinamos juntos el {dia}?',
        'B: ¡Yo! | Me apunto, llevo pan.',
        'C: ¿Hay opción sin gluten? | Yo llego un poco tarde.',
        'A: Claro que sí. | Te guardamos un plato, {C}.',
      ],
      [
        'A: Mirad cómo están {planta} 😍 | {planta} han crecido un montón esta semana.',
        'B: ¡Qué envidia! Los míos ni asoman. | ¿Cuánto los riegas?',
        'A: Un poco cada mañana, antes de que pegue el sol. | El truco es hablarles.',
        '?B: Mañana empiezo.',
      ],
      [
        'A: ¿Va a llover el {dia}?',
        'B: Dicen que no, pero yo llevaría paraguas. | Ojalá, el huerto lo necesita.',
        '?A: Pues quedamos igual, a {hora}.',
      ],
    ],
    hello: [
      'A: ¡Hola a todos! Soy nuevo por aquí. | ¡Buenas! Acabo de llegar.',
      'B: ¡Bienvenido, {A}! | ¡Hola {A}, qué bien!',
      'C: ¿De dónde nos escribes? | ¿Huerto o taller?',
      'A: Un poco de todo. Y cocino {plato}. | De muy lejos, pero con muchas ganas.',
      '?B: Entonces te esperamos el {dia} 🎉',
    ],
    reactions: ['jajaja', '¡qué bueno!', 'totalmente', '👏', 'yo también', '¡gracias!', '😅'],
  },
  {
    language: 'fr',
    words: {
      jour: ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
      objet: ['la grande échelle', 'la perceuse', 'le vidéoprojecteur', 'la brouette', 'la cafetière'],
      plat: ['une ratatouille', 'une tarte aux poireaux', 'un gâteau au yaourt', 'une soupe de courge'],
      heure: ['9 h', '11 h 30', 'midi', '15 h', '18 h 30', '20 h'],
    },
    scenes: [
      [
        'A: Quelqu’un a vu {objet} ? | Bonjour, {objet} n’est plus à sa place.',
        'B: Dans la cave, je crois. | Je l’ai empruntée, pardon ! Je la rapporte {jour}.',
        'A: Merci {B} ! | Pas de souci.',
        '?C: On devrait vraiment utiliser la liste…',
      ],
      [
        'A: Qui vient {jour} à {heure} ? Je prépare {plat}. | {jour}, {heure} : on cuisine ensemble ?',
        'B: Avec plaisir ! | Je viens, j’apporte du fromage.',
        '?C: Je ne peux pas avant {heure}, gardez-m’en un peu.',
        'A: Promis. | Il y en aura pour tout le monde 😋',
      ],
      [
        'A: Je cherche un bon livre pour le train. Des idées ? | Vous lisez quoi en ce moment ?',
        'B: Un petit roman qui se passe dans un phare. On le finit en deux heures, on y pense pendant deux semaines. | Celui sur l’histoire du pain, il est sur l’étagère.',
        'A: Parfait, je le prends ! | Noté, merci.',
      ],
      [
        'A: La commande `git rebase` me fait peur.',
        'B: Tant que tu n’as rien poussé, tu ne risques rien : `git rebase --abort` et on recommence. | Passe {jour}, on le fait ensemble.',
        'A: Ouf. Merci ! | D’accord, {jour} à {heure} alors.',
      ],
    ],
    hello: [
      'A: Bonjour à tous, je viens d’arriver ! | Salut tout le monde 👋',
      'B: Bienvenue {A} ! | Salut {A}, contente de te lire.',
      'A: Merci ! Je passerai {jour}. | Merci pour l’accueil !',
    ],
    reactions: ['haha', 'bien vu', '👍', 'merci !', 'excellent', 'moi aussi', '😍'],
  },
  {
    language: 'pt',
    words: {
      dia: ['segunda', 'terça', 'quarta', 'quinta', 'sexta', 'sábado'],
      coisa: ['a furadeira', 'a escada', 'o projetor', 'o carrinho de mão'],
      prato: ['feijoada', 'bolo de fubá', 'caldo verde', 'pão de queijo'],
      hora: ['às nove', 'ao meio-dia', 'às três', 'às sete'],
    },
    scenes: [
      [
        'A: Alguém viu {coisa}? | Gente, cadê {coisa}?',
        'B: Está na oficina, atrás da porta. | Ficou comigo, devolvo na {dia}!',
        'A: Achei, obrigada! | Tranquilo, valeu.',
        '?B: 🙌',
      ],
      [
        'A: Na {dia} vou fazer {prato}. Quem vem? | {prato} na {dia}, {hora}. Bora?',
        'B: Eu! Já estou com fome. | Conta comigo.',
        '?A: Chega {hora}, senão acaba.',
      ],
      [
        'A: Choveu o dia inteiro e a horta agradece. | A horta está linda depois da chuva.',
        'B: Finalmente! Eu já não aguentava mais regar. | Tira uma foto pra gente!',
        '?A: Amanhã cedo eu tiro 🌱',
      ],
    ],
    hello: [
      'A: Oi, pessoal! Cheguei agora. | Olá a todos!',
      'B: Seja bem-vindo, {A}! | Oi {A}! Fica à vontade.',
      'A: Obrigado! | Que grupo simpático.',
    ],
    reactions: ['kkkk', 'boa!', 'adorei', '👏👏', 'verdade'],
  },
  {
    language: 'ru',
    words: {
      день: ['в понедельник', 'во вторник', 'в среду', 'в четверг', 'в пятницу', 'в субботу'],
      вещь: ['дрель', 'стремянку', 'тачку', 'паяльник', 'швейную машинку'],
      блюдо: ['борщ', 'пирог с капустой', 'вареники', 'шарлотку'],
      час: ['в десять', 'в полдень', 'в три', 'в семь вечера'],
    },
    scenes: [
      [
        'A: Кто брал {вещь}? | Не могу найти {вещь}, никто не видел?',
        'B: Посмотри в сарае, слева от двери. | Это я, верну {день}. Извини!',
        'A: Нашла, спасибо! | Хорошо, не спеши.',
      ],
      [
        'A: {день} готовлю {блюдо}, приходите! | Кто хочет {блюдо}? Собираемся {день}.',
        'B: Приду обязательно. | Ура! Что принести?',
        'A: Хлеб и хорошее настроение. | Главное, приходи {час}.',
        '?B: Договорились 😊',
      ],
      [
        'A: Почему скрипт падает с ошибкой `ENOENT`?',
        'B: Путь относительный, а запускаешь из другой папки. | Проверь `pwd` перед запуском.',
        'A: Точно! Работает. | Полчаса искала… спасибо.',
      ],
    ],
    hello: [
      'A: Всем привет, я здесь впервые!',
      'B: Добро пожаловать, {A}! | Привет, {A}!',
      'A: Спасибо! | Рада знакомству.',
    ],
    reactions: ['ага', 'класс', '👍', 'ха-ха', 'спасибо!'],
  },
  {
    language: 'el',
    words: {
      μέρα: ['τη Δευτέρα', 'την Τρίτη', 'την Πέμπτη', 'την Παρασκευή', 'το Σάββατο'],
      πράγμα: ['τη σκάλα', 'το τρυπάνι', 'το καρότσι', 'τον προβολέα'],
      φαγητό: ['γεμιστά', 'φασολάδα', 'σπανακόπιτα', 'ρεβίθια'],
    },
    scenes: [
      [
        'A: Ξέρει κανείς πού είναι; Ψάχνω {πράγμα}. | Ποιος πήρε {πράγμα};',
        'B: Στην αποθήκη, δίπλα στα ποδήλατα. | Εγώ, το φέρνω {μέρα}.',
        'A: Ευχαριστώ! | Εντάξει, με την ησυχία σου.',
      ],
      ['A: Φτιάχνω {φαγητό} {μέρα}. Ποιος έρχεται;', 'B: Εγώ! Φέρνω ψωμί. | Μέσα!', 'A: Τέλεια 😋 | Σας περιμένω.'],
      ['A: Καλημέρα! Τι ωραία μέρα. | Καλημέρα σε όλους ☀️', 'B: Καλημέρα {A}! | Καλημέρα, εδώ βρέχει.'],
    ],
    hello: ['A: Γεια σας, είμαι καινούρια εδώ!', 'B: Καλώς ήρθες, {A}!', 'A: Ευχαριστώ πολύ!'],
    reactions: ['μπράβο', '👍', 'χαχα', 'ωραίο'],
  },
];
