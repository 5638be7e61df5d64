/*
 * The fast engine.  match.py is the meaning: for any queries and texts both give the same pairs.
 *
 * A text's UTF-8 is walked once and cut into raw tokens, as the pattern in words.py would.  Tokens
 * of ASCII, and of letters that fold alike wherever they stand (letters.py: nearly all), are
 * understood here, each time anew; all others by Python, once, and remembered.
 * What is found goes on the board (symbol -> places); a symbol that is some query's anchor makes
 * it a candidate; candidates run their programs over the board.
 *
 * House rules: every buffer grows; every allocation is checked, and -1 with a Python exception set
 * is the answer when one fails; the next post begins from a clean board.  The GIL is held.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------- buffers */

typedef struct {
    char *data;
    size_t length, room; /* bytes */
} Buffer;

/* Return `bytes` of new space at a buffer's end; NULL, with MemoryError set, when there is none. */
static void *more(Buffer *buffer, size_t bytes)
{
    if (bytes > buffer->room - buffer->length || !buffer->data) {
        size_t room = buffer->room ? buffer->room : 256;
        while (room - buffer->length < bytes) {
            if (room > PY_SSIZE_T_MAX / 2)
                return PyErr_NoMemory();
            room *= 2;
        }
        char *data = PyMem_Realloc(buffer->data, room);
        if (!data)
            return PyErr_NoMemory();
        buffer->data = data;
        buffer->room = room;
    }
    buffer->length += bytes;
    return buffer->data + buffer->length - bytes;
}

#define COUNT(buffer, type) ((buffer).length / sizeof(type))
#define ITEMS(buffer, type) ((type *)(buffer).data)

/* --------------------------------------------------------------------------------- hashing */

static inline uint64_t word_of(const uint8_t *at, size_t bytes)
{
    uint64_t word = 0;
    memcpy(&word, at, bytes); /* 4 or 8, known when compiled */
    return word;
}

/* Make the ASCII capitals among eight bytes small. */
static inline uint64_t small(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t low = word & (0x7f * ones);
    uint64_t capital = (low + (0x80 - 'A') * ones) ^ (low + (0x7f - 'Z') * ones);
    return word | ((capital & ~word & (0x80 * ones)) >> 2);
}

static inline uint64_t mixed(uint64_t one, uint64_t other)
{
    unsigned __int128 product = (unsigned __int128)one * other;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Hash bytes under a secret, capitals as small letters unless `exact`.  Reads nothing beyond. */
static inline uint64_t hashed(const uint8_t *at, size_t length, uint64_t secret, int exact)
{
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t hash = secret ^ length * odd, one, other;
    for (; length > 16; at += 8, length -= 8) {
        one = word_of(at, 8);
        hash = mixed(hash ^ (exact ? one : small(one)), odd);
    }
    if (length >= 8) {
        one = word_of(at, 8), other = word_of(at + length - 8, 8);
    } else if (length >= 4) {
        one = word_of(at, 4), other = word_of(at + length - 4, 4);
    } else {
        one = length ? at[0] | at[length / 2] << 8 | at[length - 1] << 16 : 0, other = 0;
    }
    if (!exact)
        one = small(one), other = small(other);
    hash = mixed(hash ^ one, odd ^ secret);
    return mixed(hash ^ other, secret | 1) ^ hash;
}

typedef struct {
    uint64_t hash;
    size_t start; /* of its bytes */
    uint32_t length;
    int32_t salt;
} Key;

/* Keys, numbered in the order they came. */
typedef struct {
    Buffer keys, bytes;
    int32_t *slots; /* number + 1; 0 is free */
    size_t room;    /* slots, a power of two */
} Table;

static int is_small(uint8_t letter) { return letter >= 'a' && letter <= 'z'; }
static int is_capital(uint8_t letter) { return letter >= 'A' && letter <= 'Z'; }
static int is_letter(uint8_t letter) { return is_small(letter | 32); }
static int is_digit(uint8_t letter) { return letter >= '0' && letter <= '9'; }
static inline uint8_t small_letter(uint8_t letter) { return is_capital(letter) ? letter + 32 : letter; }

static int same(const uint8_t *kept, const uint8_t *asked, size_t length, int exact)
{
    if (exact)
        return !memcmp(kept, asked, length);
    for (size_t at = 0; at < length; at++)
        if (kept[at] != small_letter(asked[at]))
            return 0;
    return 1;
}

/* Return a key's number, or -1. */
static Py_ssize_t find(const Table *table, uint64_t hash, const uint8_t *bytes, size_t length,
                       int32_t salt, int exact)
{
    if (!table->room)
        return -1;
    const Key *keys = ITEMS(table->keys, Key);
    for (size_t slot = hash & (table->room - 1);; slot = (slot + 1) & (table->room - 1)) {
        int32_t number = table->slots[slot] - 1;
        if (number < 0)
            return -1;
        const Key *key = keys + number;
        if (key->hash == hash && key->salt == salt && key->length == length &&
            same((uint8_t *)table->bytes.data + key->start, bytes, length, exact))
            return number;
    }
}

static void place_key(Table *table, uint64_t hash, int32_t number)
{
    size_t slot = hash & (table->room - 1);
    while (table->slots[slot])
        slot = (slot + 1) & (table->room - 1);
    table->slots[slot] = number + 1;
}

/* Add a key that is not there yet; return its number, or -1. */
static Py_ssize_t add(Table *table, uint64_t hash, const uint8_t *bytes, size_t length,
                      int32_t salt)
{
    size_t count = COUNT(table->keys, Key), start = table->bytes.length;
    if (length > UINT32_MAX || count >= INT32_MAX - 1) {
        PyErr_NoMemory();
        return -1;
    }
    if (count * 2 >= table->room) {
        size_t room = table->room ? table->room * 2 : 64;
        int32_t *slots = PyMem_Calloc(room, sizeof *slots);
        if (!slots) {
            PyErr_NoMemory();
            return -1;
        }
        PyMem_Free(table->slots);
        table->slots = slots;
        table->room = room;
        for (size_t at = 0; at < count; at++)
            place_key(table, ITEMS(table->keys, Key)[at].hash, (int32_t)at);
    }
    void *kept = more(&table->bytes, length);
    if (!kept)
        return -1;
    Key *key = more(&table->keys, sizeof *key);
    if (!key) {
        table->bytes.length = start;
        return -1;
    }
    memcpy(kept, bytes, length);
    *key = (Key){hash, start, (uint32_t)length, salt};
    place_key(table, hash, (int32_t)count);
    return (Py_ssize_t)count;
}

static void empty(Table *table)
{
    table->keys.length = table->bytes.length = 0;
    if (table->room)
        memset(table->slots, 0, table->room * sizeof *table->slots);
}

/* ---------------------------------------------------------------------------------- the engine */

/* Classes of characters; CLASS_NAMES are their names in words.CLASSES. */
enum {
    LETTER = 1 << 0, DIGIT = 1 << 1, LOW_LINE = 1 << 2, MARK = 1 << 3, IDEOGRAPH = 1 << 4,
    KATAKANA = 1 << 5, HANGUL = 1 << 6, CLUSTER = 1 << 7, VOWEL = 1 << 8, PICTURE = 1 << 9,
    TAIL = 1 << 10, FLAG = 1 << 11, LINK_END = 1 << 12, JOINS_LETTERS = 1 << 13,
    JOINS_DIGITS = 1 << 14, QUOTE = 1 << 15, AT = 1 << 16, HASH = 1 << 17, HEBREW = 1 << 18,
    STARTS = LETTER | DIGIT | LOW_LINE,
    ANY = STARTS | IDEOGRAPH | KATAKANA | HANGUL | CLUSTER,
};
static const char *const CLASS_NAMES[] = {
    "letter", "digit", "low line", "mark", "ideograph", "katakana", "hangul", "cluster", "vowel",
    "picture", "tail", "flag", "link end", "joins letters", "joins digits", "quote", "at", "hash",
    "hebrew",
};
/* The same for ASCII, where a link, a name or a plain word may not wait for a look-up. */
enum { NAME = 1, ALNUM = 2, MAY_START = 4, ENDS_PLAIN = 8 };

enum { WORD, LINK, MENTION, TAG, CASHTAG, KINDS };                /* of tokens */
enum { FOLDED, PREFIX, EXACT, FORMS };                            /* of forms */
enum { ANY_OF, IN_A_ROW, BESIDE, ALL, ONE, WITHOUT, LITERAL };    /* of parts */
enum { BLOCKS = 0x110000 >> 8, BLOOM = 64, LONGEST_PREFIX = 62, LONGEST_REMEMBERED = 192,
       WILD = 2 * 128 * 128 };
enum { ASK_PYTHON = 1 }; /* beside 0 (done) and -1 (failed) */

typedef struct { int32_t symbol, first, after; } Found;      /* places within one token */
typedef struct { int32_t first, after, next; } Standing;     /* places within the post; a chain */
typedef struct { uint32_t stamp; int32_t head, tail, asked; } Symbol;
typedef struct { int32_t row; uint32_t version; int32_t next; } Posting;
typedef struct { size_t start, length; uint32_t version, stamp; } Row; /* of programs; 0: none */
typedef struct { uint32_t generation; int32_t width; size_t start, count; } Entry;
typedef struct { uint32_t start, end; } Piece;
typedef struct { int32_t text, row; } Pair;

/* How a letter folds, from fast.py.  No bytes: that depends on its neighbours, so ask Python. */
typedef struct {
    uint8_t marked, plain; /* bytes of the fold, and of the fold without marks */
    uint8_t flags;
    uint8_t bytes[13]; /* the one, then the other */
} Letter;
enum { UPPER = 1, LOWER = 2, ALPHA = 4, NUMBER = 8, FOLDS_TO_ONE = 16, UNSETTLES = 32,
       UNSETTLED = 64 }; /* as str.isupper, islower, isalpha, isdigit; then see letters.py */
enum { LONGEST_FOLD = 6 };

typedef struct {
    uint32_t classes[256];
    Letter letters[256];
} Block;

typedef struct {
    PyObject_HEAD
    PyObject *classes, *resolve, *literal; /* what Python is asked */
    PyThread_type_lock lock;
    unsigned long owner; /* thread that is inside; 0: none */
    uint64_t secret, mask;
    size_t most_entries, most_bytes;
    Block *blocks[BLOCKS];
    uint8_t ascii[256];
    int failed; /* an exception is set; unwind */

    Table forms; /* what queries ask for; salt: scope and kind of form */
    Buffer form_symbols;
    uint64_t *filter; /* a bit for each form's hash, so that most tokens need no more */
    size_t filter_bits;
    uint64_t *wild; /* first two letters -> bytes of prefixes; the top bit: ask Python */
    int exact_asked, links_asked;
    int32_t signs[KINDS]; /* symbols of has:mentions and the like; -1: not asked */

    Table words; /* raw tokens that Python was asked of; salt: scope */
    Buffer entries, entry_places;
    uint32_t generation;

    Buffer symbols, rows, programs, postings;
    int32_t always; /* postings of the queries that need no word */
    size_t waste, unordered;

    /* One post. */
    uint32_t stamp;
    int32_t scope, at; /* whose text this is; words before this one */
    uint64_t bloom[BLOOM];
    Buffer found, pieces, scratch; /* of one token */
    Buffer standing, present, pile, hits;
    Buffer pairs;
    Py_ssize_t text; /* row */
} Engine;

/* ---------------------------------------------------------------------- characters and tokens */

static Block *learnt_block(Engine *engine, uint32_t number)
{
    if (engine->failed)
        return NULL;
    engine->failed = 1; /* until it went well */
    PyObject *answer = PyObject_CallFunction(engine->classes, "I", number);
    if (!answer)
        return NULL;
    Block *block = NULL;
    if (!PyBytes_Check(answer) || PyBytes_GET_SIZE(answer) != sizeof *block) {
        PyErr_SetString(PyExc_ValueError, "A block is 256 numbers, and 256 letters' folds.");
    } else if (!(block = PyMem_Malloc(sizeof *block))) {
        PyErr_NoMemory();
    } else {
        memcpy(block, PyBytes_AS_STRING(answer), sizeof *block);
        engine->blocks[number] = block;
        engine->failed = 0;
    }
    Py_DECREF(answer);
    return block;
}

/* Return the code point at `at` and how many bytes it takes; what is no UTF-8 takes one. */
static uint32_t code_point(const uint8_t *at, const uint8_t *end, int *bytes)
{
    int more_bytes = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
    uint32_t code = *at & (0x3f >> more_bytes);
    *bytes = 1;
    if (*at < 0xc0 || end - at <= more_bytes)
        return 0xfffd;
    for (int next = 1; next <= more_bytes; next++) {
        if ((at[next] & 0xc0) != 0x80)
            return 0xfffd;
        code = code << 6 | (at[next] & 0x3f);
    }
    if (code > 0x10ffff)
        return 0xfffd;
    *bytes = more_bytes + 1;
    return code;
}

/* Return the classes of the character at `at` and its bytes; none, and 0, at the end. */
static inline uint32_t look(Engine *engine, const uint8_t *at, const uint8_t *end, int *bytes)
{
    *bytes = at < end;
    if (at >= end)
        return 0;
    if (*at < 0x80)
        return engine->blocks[0]->classes[*at];
    uint32_t code = code_point(at, end, bytes);
    Block *block = engine->blocks[code >> 8];
    if (!block && !(block = learnt_block(engine, code >> 8)))
        return 0;
    return block->classes[code & 255];
}

/* Return how the character at `at` folds, and its bytes; NULL when its block was not learnt yet. */
static inline const Letter *letter_at(const Engine *engine, const uint8_t *at, const uint8_t *end,
                                      int *bytes)
{
    *bytes = 1;
    uint32_t code = *at < 0x80 ? *at : code_point(at, end, bytes);
    const Block *block = engine->blocks[code >> 8];
    return block ? block->letters + (code & 255) : NULL;
}

/* Return where the character that ends at `at`, not before `begin`, begins. */
static const uint8_t *one_back(const uint8_t *begin, const uint8_t *at)
{
    while (at > begin && (*--at & 0xc0) == 0x80)
        ;
    return at;
}

static const uint8_t *run(Engine *engine, const uint8_t *at, const uint8_t *end, uint32_t classes)
{
    int bytes;
    while (look(engine, at, end, &bytes) & classes)
        at += bytes;
    return at;
}

static int begins(const uint8_t *at, const uint8_t *end, const char *letters)
{
    for (; *letters; letters++, at++)
        if (at >= end || small_letter(*at) != (uint8_t)*letters)
            return 0;
    return 1;
}

/* The functions below mirror the pattern in words.py, part by part.  Each returns the end of what
 * it names, or NULL when there is none at `at`. */

static const uint8_t *link_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes, lead = begins(at, end, "www.") ? 4 : begins(at, end, "http://") ? 7
                    : begins(at, end, "https://") ? 8 : 0;
    const uint8_t *after = at + lead;
    while (lead && after < end && !(look(engine, after, end, &bytes) & LINK_END))
        after += bytes;
    return after > at + lead ? after : NULL;
}

static const uint8_t *possessive_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes, next;
    if (!(look(engine, at, end, &bytes) & QUOTE))
        return at;
    const uint8_t *letter = at + bytes;
    if (letter >= end || small_letter(*letter) != 's' ||
        look(engine, letter + 1, end, &next) & ANY)
        return at;
    return letter + 1;
}

static const uint8_t *tag_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes;
    if (!(look(engine, at, end, &bytes) & ANY))
        return NULL;
    return possessive_end(engine, run(engine, at + bytes, end, ANY | MARK), end);
}

static const uint8_t *mention_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
#define IN_NAME(p, extra) ((p) < end && (engine->ascii[*(p)] & NAME || *(p) == (extra)))
    if (!IN_NAME(at, 0) || !*at)
        return tag_end(engine, at, end); /* a name in another script */
    while (IN_NAME(at, '_'))
        at++;
    const uint8_t *after = at + 1;
    if (at < end && *at == '-') { /* a hyphen belongs to a name with a server */
        while (IN_NAME(after, '-'))
            after++;
        if (after > at + 1 && end - after > 1 && *after == '.' && engine->ascii[after[1]] & ALNUM)
            at = after;
    }
    while (at < end && (*at == '.' || *at == '@')) {
        for (after = at + 1; IN_NAME(after, '-'); after++)
            ;
        if (after == at + 1)
            break;
        at = after;
    }
    return possessive_end(engine, at, end);
#undef IN_NAME
}

static const uint8_t *cashtag_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *begin = at;
    while (at < end && is_letter(*at))
        at++;
    if (at == begin || at - begin > 6 || (at < end && engine->ascii[*at] & NAME))
        return NULL;
    return at;
}

static const uint8_t *keycap_end(const uint8_t *at, const uint8_t *end)
{
    if (end - at >= 3 && !memcmp(at, "\xef\xb8\x8f", 3))
        at += 3;
    return end - at >= 3 && !memcmp(at, "\xe2\x83\xa3", 3) ? at + 3 : NULL;
}

static const uint8_t *word_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes;
    uint32_t before = 0, here, next;
    for (;;) {
        while ((here = look(engine, at, end, &bytes)) & (STARTS | MARK)) {
            before = here;
            at += bytes;
        }
        const uint8_t *joined = at + bytes;
        int quote = before & HEBREW && at < end && *at == '"';
        if (!quote && !(here & (JOINS_LETTERS | JOINS_DIGITS)))
            return at;
        if (!quote)
            joined = run(engine, joined, end, MARK);
        next = look(engine, joined, end, &bytes);
        int letters = here & JOINS_LETTERS && !((before | next) & (DIGIT | LOW_LINE));
        int digits = here & JOINS_DIGITS && before & next & DIGIT;
        if (!(next & STARTS) || !(letters || digits || (quote && next & HEBREW)))
            return at;
        at = joined;
    }
}

static const uint8_t *picture_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes = 0;
    do
        at = run(engine, at + bytes, end, TAIL);
    while (!memcmp(at - 3, "\xe2\x80\x8d", 3) && look(engine, at, end, &bytes) & PICTURE);
    return at;
}

static const uint8_t *flag_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes;
    at = run(engine, at, end, MARK);
    return look(engine, at, end, &bytes) & FLAG ? run(engine, at + bytes, end, MARK) : at;
}

/* Return the end of the word, of any script, that begins at `at`. */
static const uint8_t *any_word_end(Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes;
    uint32_t here = look(engine, at, end, &bytes);
    if (here & STARTS)
        return word_end(engine, at, end);
    if (here & IDEOGRAPH)
        return run(engine, at + bytes, end, MARK);
    if (here & KATAKANA)
        return run(engine, at + bytes, end, KATAKANA | MARK);
    if (here & HANGUL)
        return run(engine, at + bytes, end, HANGUL | MARK);
    return here & CLUSTER ? run(engine, at + bytes, end, MARK | VOWEL) : NULL;
}

/* Return the end of the token that begins at `at`, and its kind. */
static const uint8_t *token_end(Engine *engine, const uint8_t *begin, const uint8_t *at,
                                const uint8_t *end, int *kind)
{
    int bytes;
    uint32_t here = look(engine, at, end, &bytes);
    uint8_t before = at > begin ? at[-1] : ' ';
    const uint8_t *after;
    if (!(engine->ascii[before] & NAME)) {
        if ((after = link_end(engine, at, end)))
            return *kind = LINK, after;
        if (here & AT && (after = mention_end(engine, at + bytes, end)))
            return *kind = MENTION, after;
        if (here & HASH && before != '&' && before != '/' && !keycap_end(at + bytes, end) &&
            (after = tag_end(engine, at + bytes, end)))
            return *kind = TAG, after;
        if (*at == '$' && (after = cashtag_end(engine, at + 1, end)))
            return *kind = CASHTAG, after;
    }
    *kind = WORD;
    if (((*at >= '0' && *at <= '9') || *at == '#' || *at == '*') &&
        (after = keycap_end(at + 1, end)))
        return after;
    if (here & ANY)
        return any_word_end(engine, at, end);
    if (here & FLAG)
        return flag_end(engine, at + bytes, end);
    return here & PICTURE ? picture_end(engine, at + bytes, end) : NULL;
}

/* --------------------------------------------------------------- what a token can be found as */

static inline uint64_t form_hash(const Engine *engine, const uint8_t *form, size_t length, int kind)
{
    uint64_t secret = engine->secret + (uint64_t)(engine->scope * FORMS + kind) * 0xd1342543de82ef95u;
    return hashed(form, length, secret, kind == EXACT) & engine->mask;
}

/* Note the symbol, if any, that stands for a form. */
static inline int note(Engine *engine, const uint8_t *form, size_t length, int kind, Piece over)
{
    uint64_t hash = form_hash(engine, form, length, kind);
    size_t bit = (hash >> 32 ^ hash) & (engine->filter_bits - 1);
    if (!(engine->filter[bit >> 6] >> (bit & 63) & 1))
        return 0;
    Py_ssize_t number =
        find(&engine->forms, hash, form, length, engine->scope * FORMS + kind, kind == EXACT);
    if (number < 0)
        return 0;
    Found *found = more(&engine->found, sizeof *found);
    if (!found)
        return -1;
    *found = (Found){ITEMS(engine->form_symbols, int32_t)[number], (int32_t)over.start,
                     (int32_t)over.end};
    return 0;
}

/* Return the bytes of the 's, with any apostrophe, in which a token ends; 0: in none. */
static size_t possessive(Engine *engine, const uint8_t *raw, size_t length)
{
    int bytes;
    if (length < 2 || (raw[length - 1] | 32) != 's')
        return 0;
    const uint8_t *quote = one_back(raw, raw + length - 1);
    return look(engine, quote, raw + length, &bytes) & QUOTE ? (size_t)bytes + 1 : 0;
}

/* Note what a word answers to letter for letter, with a possessive 's and without. */
static int note_exact(Engine *engine, const uint8_t *word, size_t length, Piece over)
{
    if (note(engine, word, length, EXACT, over))
        return -1;
    size_t owner = possessive(engine, word, length);
    return owner ? note(engine, word, length - owner, EXACT, over) : 0;
}

static inline int utf8_bytes(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Return the prefixes that are asked for of forms with the same first two letters: see `wild`.
 * `form` is UTF-8, in any case where it is ASCII. */
static inline uint64_t *prefixes(const Engine *engine, const uint8_t *form, size_t length)
{
    if (length < 2)
        return NULL;
    if ((form[0] | form[1]) < 0x80)
        return engine->wild + (small_letter(form[0]) << 7 | small_letter(form[1]));
    size_t two = (size_t)utf8_bytes(form[0]);
    if (two >= length || (two += (size_t)utf8_bytes(form[two])) > length)
        return NULL; /* one letter */
    uint64_t hash = hashed(form, two, engine->secret, 0) & engine->mask;
    return engine->wild + WILD / 2 + (hash & (WILD / 2 - 1)); /* shared by a few, which costs time */
}

/* Note all that a folded form (or an ASCII one in any case) answers to, prefixes (`deliver*`) too. */
static inline int ask(Engine *engine, const uint8_t *form, size_t length, Piece over)
{
    const uint64_t *asked = prefixes(engine, form, length);
    if (asked && *asked) {
        uint64_t lengths = *asked;
        if (lengths >> 63)
            return ASK_PYTHON;
        for (size_t prefix = 2; lengths >> prefix && prefix <= length; prefix++)
            if (lengths >> prefix & 1 && note(engine, form, prefix, PREFIX, over))
                return -1;
    }
    return length ? note(engine, form, length, FOLDED, over) : 0;
}

static int single_letters(const uint8_t *word, size_t length)
{
    if (length % 2 == 0 || length == 1)
        return 0;
    for (size_t at = 0; at < length; at++)
        if (at % 2 ? word[at] != '.' : !is_letter(word[at]))
            return 0;
    return 1;
}

/* Ask for a word without its apostrophes, and, if that leaves single letters, without full stops. */
static int ask_without(Engine *engine, const uint8_t *word, size_t length, int quotes, Piece over)
{
    engine->scratch.length = 0;
    uint8_t *bare = more(&engine->scratch, length), *end = bare, *joined = bare;
    if (!bare)
        return -1;
    for (size_t at = 0; at < length; at++)
        if (!quotes || word[at] != '\'')
            *end++ = word[at];
    if (single_letters(bare, (size_t)(end - bare))) {
        for (uint8_t *at = bare; at < end; at++)
            if (*at != '.')
                *joined++ = *at;
        end = joined;
    }
    return ask(engine, bare, (size_t)(end - bare), over);
}

/* Ask for the spellings of one ASCII word, as words._spellings gives them. */
static int ask_spellings(Engine *engine, const uint8_t *word, size_t length, Piece over)
{
    int quoted = memchr(word, '\'', length) != NULL;
    if (engine->exact_asked && note_exact(engine, word, length, over))
        return -1;
    if (!quoted && !single_letters(word, length))
        return ask(engine, word, length, over);
    int answer = ask_without(engine, word, length, 0, over);
    if (!answer && quoted)
        answer = ask_without(engine, word, length, 1, over);
    if (!answer && length > 2 && word[length - 2] == '\'' && small_letter(word[length - 1]) == 's')
        answer = ask_without(engine, word, length - 2, 1, over);
    return answer;
}

/* Say whether a token's letters all fold alike wherever they stand.  All were looked at when it
 * was cut, but for the end of a keycap. */
static int folds_letter_by_letter(const Engine *engine, const uint8_t *at, const uint8_t *end)
{
    int bytes;
    for (uint8_t before = 0; at < end; at += bytes) {
        const Letter *letter = letter_at(engine, at, end, &bytes);
        if (!letter || !letter->marked || (before & UNSETTLES && letter->flags & UNSETTLED))
            return 0;
        before = letter->flags;
    }
    return 1;
}

/* Say whether a word is letters with a full stop between each two: as it is written, or, with
 * FOLDS_TO_ONE for `is_letter`, folded. */
static int single_letters_beyond(const Engine *engine, const uint8_t *at, const uint8_t *end,
                                 uint8_t is_letter)
{
    int bytes, letters = 0;
    for (;; at += bytes + 1, letters++) {
        if (at >= end || !(letter_at(engine, at, end, &bytes)->flags & is_letter))
            return 0;
        if (at + bytes == end)
            return letters > 0;
        if (at[bytes] != '.')
            return 0;
    }
}

static size_t without(uint8_t *word, size_t length, uint8_t dropped)
{
    size_t kept = 0;
    for (size_t at = 0; at < length; at++)
        if (word[at] != dropped)
            word[kept++] = word[at];
    return kept;
}

/* Ask for a word folded: without its apostrophes or with them; with its marks, and if `plain` also
 * without.  Its letters fold one by one. */
static int ask_folded(Engine *engine, const uint8_t *word, size_t length, int quotes, int plain,
                      Piece over)
{
    const uint8_t *end = word + length;
    size_t most = length * (LONGEST_FOLD / 2); /* a letter beyond ASCII has two bytes, or more */
    engine->scratch.length = 0;
    uint8_t *marked = more(&engine->scratch, 2 * most), *bare = marked + most;
    if (!marked)
        return -1;
    size_t marks = 0, bares = 0;
    int bytes;
    for (const uint8_t *at = word; at < end; at += bytes) {
        const Letter *letter = letter_at(engine, at, end, &bytes);
        memcpy(marked + marks, letter->bytes, letter->marked);
        memcpy(bare + bares, letter->bytes + letter->marked, letter->plain);
        marks += letter->marked, bares += letter->plain;
    }
    int single = single_letters_beyond(engine, word, end, FOLDS_TO_ONE);
    if (quotes)
        marks = without(marked, marks, '\''), bares = without(bare, bares, '\'');
    if (single)
        marks = without(marked, marks, '.'), bares = without(bare, bares, '.');
    int answer = ask(engine, marked, marks, over);
    if (!answer && plain && (marks != bares || memcmp(marked, bare, marks)))
        answer = ask(engine, bare, bares, over);
    return answer;
}

/* Ask for the spellings of a word whose letters fold one by one, as words._spellings gives them. */
static int ask_spellings_beyond(Engine *engine, const uint8_t *word, size_t length, Piece over)
{
    const uint8_t *end = word + length, *at = word, *last = one_back(word, end), *quote;
    int bytes, quoted = 0;
    if (engine->exact_asked && note_exact(engine, word, length, over))
        return -1;
    for (; at < end; at += bytes)
        quoted |= look(engine, at, end, &bytes) & QUOTE;
    int answer = ask_folded(engine, word, length, 0, 1, over);
    if (!answer && quoted)
        answer = ask_folded(engine, word, length, 1, 1, over);
    if (answer || !quoted || last == word)
        return answer;
    const Letter *letter = letter_at(engine, last, end, &bytes); /* any that folds to s */
    quote = one_back(word, last);
    if (letter->marked == 1 && letter->bytes[0] == 's' && look(engine, quote, end, &bytes) & QUOTE)
        answer = ask_folded(engine, word, (size_t)(quote - word), 1, 1, over);
    return answer;
}

static int add_piece(Engine *engine, size_t start, size_t end)
{
    Piece *piece = more(&engine->pieces, sizeof *piece);
    if (!piece)
        return -1;
    *piece = (Piece){(uint32_t)start, (uint32_t)end};
    return 0;
}

/* Say whether a part of a CamelCase name begins at `letter`; see words._hump. */
static int hump(uint8_t before, uint8_t letter, uint8_t following)
{
    if (letter & NUMBER)
        return before & ALPHA;
    if (!(letter & UPPER))
        return 0;
    return before & LOWER || (following & LOWER && before & (UPPER | NUMBER));
}

static int add_humps(Engine *engine, const uint8_t *raw, size_t start, size_t end)
{
    int bytes, next;
    size_t begun = start, letters = 0; /* in this part, so far */
    uint8_t before = 0;
    for (size_t at = start; at < end; at += (size_t)bytes, letters++) {
        uint8_t flags = letter_at(engine, raw + at, raw + end, &bytes)->flags, following = 0;
        if (raw[at] >= 0x80 && look(engine, raw + at, raw + end, &bytes) & MARK)
            continue; /* it belongs to the letter before */
        if (at + (size_t)bytes < end)
            following = letter_at(engine, raw + at + bytes, raw + end, &next)->flags;
        /* One small letter in front stays: iPhone. */
        if (at > start && hump(before, flags, following) && !(letters == 1 && before & LOWER)) {
            if (add_piece(engine, begun, at))
                return -1;
            begun = at, letters = 0;
        }
        before = flags;
    }
    return add_piece(engine, begun, end);
}

/* Say whether the full stop at `at` has a digit on each side. */
static int in_number(Engine *engine, const uint8_t *begin, const uint8_t *at, const uint8_t *end)
{
    int bytes;
    return at > begin && look(engine, one_back(begin, at), end, &bytes) & DIGIT &&
           look(engine, at + 1, end, &bytes) & DIGIT;
}

/* Cut a word into its parts: at _, and at full stops that are in no number; a name at its humps. */
static int cut_word(Engine *engine, const uint8_t *raw, size_t start, size_t end, int name)
{
    for (size_t at = start; at < end; at++) {
        size_t begun = at;
        while (at < end && raw[at] != '_' &&
               (raw[at] != '.' || in_number(engine, raw + start, raw + at, raw + end)))
            at++;
        if (at > begun &&
            (name ? add_humps(engine, raw, begun, at) : add_piece(engine, begun, at)))
            return -1;
    }
    return 0;
}

/* Cut a name into the words it is made of, and those into their parts. */
static int cut_name(Engine *engine, const uint8_t *raw, size_t start, size_t end)
{
    int bytes;
    for (size_t at = start; at < end;) {
        const uint8_t *after = any_word_end(engine, raw + at, raw + end);
        if (!after) { /* a hyphen, or the apostrophe of #4's */
            look(engine, raw + at, raw + end, &bytes);
            at += (size_t)bytes;
            continue;
        }
        if (cut_word(engine, raw, at, (size_t)(after - raw), 1))
            return -1;
        at = (size_t)(after - raw);
    }
    return 0;
}

/* Note what a word, tag or mention can be found as; see words._anatomy.  It is all ASCII, or its
 * letters fold one by one. */
static int understand(Engine *engine, const uint8_t *raw, size_t length, int kind, int ascii,
                      int32_t *width)
{
    size_t bare = length, start = kind != WORD, end;
    int answer = 0;
    int (*spell)(Engine *, const uint8_t *, size_t, Piece) =
        ascii ? ask_spellings : ask_spellings_beyond;
    if (start)
        bare -= possessive(engine, raw, length);
    for (end = start; end < length; end++)
        if (kind == MENTION && (raw[end] == '.' || raw[end] == '@'))
            break;
    size_t label = end < bare ? end : bare;
    engine->pieces.length = 0;
    if (kind == CASHTAG ? add_piece(engine, start, end)
        : kind == WORD  ? cut_word(engine, raw, start, end, 0)
                        : cut_name(engine, raw, start, end))
        return -1;
    for (; start < end && raw[start] == '_'; start++)
        ;
    for (; start < end && raw[end - 1] == '_'; end--)
        ;
    if (kind == WORD && (ascii ? single_letters(raw + start, end - start) /* U.S.A. is one word */
                               : single_letters_beyond(engine, raw + start, raw + end, ALPHA)))
        engine->pieces.length = sizeof(Piece);
    size_t count = COUNT(engine->pieces, Piece);
    *width = (int32_t)count;
    if (!count)
        return 0;
    Piece over = {0, (uint32_t)count};
    if (kind != WORD && engine->exact_asked && note_exact(engine, raw, length, over))
        return -1;
    if (kind != WORD)
        answer = ascii ? ask(engine, raw, bare, over) : ask_folded(engine, raw, bare, 0, 0, over);
    if (!answer && kind == MENTION && label != bare)
        answer = ascii ? ask(engine, raw, label, over) : ask_folded(engine, raw, label, 0, 0, over);
    if (!answer)
        answer = spell(engine, raw + start, end - start, over);
    for (uint32_t at = 0; !answer && count > 1 && at < count; at++) {
        Piece piece = ITEMS(engine->pieces, Piece)[at];
        answer = spell(engine, raw + piece.start, piece.end - piece.start, (Piece){at, at + 1});
    }
    return answer;
}

/* Note what Python says of a token: its width, and (symbol, first, after) for each it stands for. */
static int ask_python(Engine *engine, const uint8_t *raw, size_t length, int32_t *width)
{
    int went = -1;
    PyObject *text = PyUnicode_DecodeUTF8((const char *)raw, (Py_ssize_t)length, "surrogatepass");
    PyObject *answer =
        text ? PyObject_CallFunction(engine->resolve, "Oi", text, (int)engine->scope) : NULL;
    PyObject *found;
    Py_XDECREF(text);
    *width = 1;
    if (answer == Py_None) {
        went = 0;
    } else if (answer && PyArg_ParseTuple(answer, "iO!", width, &PyTuple_Type, &found)) {
        went = 0;
        for (Py_ssize_t at = 0; !went && at < PyTuple_GET_SIZE(found); at++) {
            Found *one = more(&engine->found, sizeof *one);
            if (!one || !PyArg_ParseTuple(PyTuple_GET_ITEM(found, at), "iii", &one->symbol,
                                          &one->first, &one->after))
                went = -1;
        }
    }
    Py_XDECREF(answer);
    return went;
}

/* ----------------------------------------------------------------------------------- the board */

static inline int stands(const Engine *engine, int32_t symbol)
{
    return engine->bloom[symbol >> 6 & (BLOOM - 1)] >> (symbol & 63) & 1 &&
           ITEMS(engine->symbols, Symbol)[symbol].stamp == engine->stamp;
}

/* Put a symbol on the board. */
static Symbol *stood(Engine *engine, int32_t number)
{
    if (number < 0 || (size_t)number >= COUNT(engine->symbols, Symbol)) {
        PyErr_Format(PyExc_IndexError, "There is no symbol %d.", (int)number);
        return NULL;
    }
    Symbol *symbol = ITEMS(engine->symbols, Symbol) + number;
    if (symbol->stamp != engine->stamp) {
        int32_t *present = more(&engine->present, sizeof *present);
        if (!present)
            return NULL;
        *present = number;
        symbol->stamp = engine->stamp;
        symbol->head = symbol->tail = -1;
        engine->bloom[number >> 6 & (BLOOM - 1)] |= (uint64_t)1 << (number & 63);
    }
    return symbol;
}

static int stand(Engine *engine, const Found *found)
{
    Symbol *symbol = stood(engine, found->symbol);
    Standing *standing = symbol ? more(&engine->standing, sizeof *standing) : NULL;
    if (!standing)
        return -1;
    int32_t number = (int32_t)(COUNT(engine->standing, Standing) - 1);
    *standing = (Standing){engine->at + found->first, engine->at + found->after, -1};
    if (symbol->tail < 0)
        symbol->head = number;
    else
        ITEMS(engine->standing, Standing)[symbol->tail].next = number;
    symbol->tail = number;
    return 0;
}

static int stand_all(Engine *engine, const Found *found, size_t count, int32_t width)
{
    for (size_t at = 0; at < count; at++)
        if (stand(engine, found + at))
            return -1;
    engine->at += width;
    return 0;
}

static void forget(Engine *engine)
{
    empty(&engine->words);
    engine->entries.length = engine->entry_places.length = 0;
}

/* Take a token that Python understands, once for each generation of the symbols. */
static int take_remembered(Engine *engine, const uint8_t *raw, size_t length)
{
    uint64_t secret = engine->secret ^ (uint64_t)engine->scope * 0xa0761d6478bd642fu;
    uint64_t hash = hashed(raw, length, secret, 1) & engine->mask;
    Py_ssize_t number = find(&engine->words, hash, raw, length, engine->scope, 1);
    Entry *entry = number < 0 ? NULL : ITEMS(engine->entries, Entry) + number;
    if (entry && entry->generation == engine->generation)
        return stand_all(engine, ITEMS(engine->entry_places, Found) + entry->start, entry->count,
                         entry->width);
    engine->found.length = 0;
    int32_t width;
    if (ask_python(engine, raw, length, &width))
        return -1;
    size_t count = COUNT(engine->found, Found);
    if (COUNT(engine->words.keys, Key) >= engine->most_entries ||
        engine->words.bytes.length + engine->entry_places.length > engine->most_bytes) {
        forget(engine);
        entry = NULL;
    }
    Found *kept = more(&engine->entry_places, engine->found.length);
    if (!kept)
        return -1;
    if (!entry) { /* an entry without its key is harmless; a key without its entry is not */
        entry = more(&engine->entries, sizeof *entry);
        if (!entry)
            return -1;
        if (add(&engine->words, hash, raw, length, engine->scope) < 0) {
            engine->entries.length -= sizeof *entry;
            return -1;
        }
    }
    if (count)
        memcpy(kept, engine->found.data, engine->found.length);
    *entry = (Entry){engine->generation, width,
                     (size_t)(kept - ITEMS(engine->entry_places, Found)), count};
    return stand_all(engine, kept, count, width);
}

/* Put a token on the board. */
static int take(Engine *engine, const uint8_t *raw, const uint8_t *end, int kind)
{
    size_t length = (size_t)(end - raw);
    int32_t width = 1;
    int ascii = 1, answer = 0;
    if (engine->signs[kind] >= 0 && !engine->scope && !stood(engine, engine->signs[kind]))
        return -1;
    if (kind == LINK && !(engine->links_asked && !engine->scope))
        return engine->at++, 0; /* words are never looked for inside */
    for (const uint8_t *at = raw; ascii && at < end; at++)
        ascii = *at < 0x80;
    engine->found.length = 0;
    if (kind != LINK && (ascii || folds_letter_by_letter(engine, raw, end)))
        answer = understand(engine, raw, length, kind, ascii, &width);
    else
        answer = ASK_PYTHON;
    if (answer == ASK_PYTHON) {
        if (kind != LINK && length <= LONGEST_REMEMBERED)
            return take_remembered(engine, raw, length);
        engine->found.length = 0;
        answer = ask_python(engine, raw, length, &width);
    }
    if (answer)
        return -1;
    return stand_all(engine, ITEMS(engine->found, Found), COUNT(engine->found, Found), width);
}

/* Cut a text into tokens and put them on the board; with `raws`, only list them. */
static int read_text(Engine *engine, const uint8_t *begin, size_t length, PyObject *raws)
{
    const uint8_t *end = begin + length, *at = begin, *after;
    const uint8_t *ascii = engine->ascii;
    if (length > INT32_MAX / 2) {
        PyErr_SetString(PyExc_OverflowError, "A text of more than a thousand megabytes.");
        return -1;
    }
    while (at < end) {
        if (*at < 0x80 && !(ascii[*at] & MAY_START)) {
            at++;
            continue;
        }
        int kind = WORD, bytes;
        if (ascii[*at] & ALNUM && !raws) { /* most tokens: a plain word */
            for (after = at + 1; after < end && ascii[*after] & ALNUM; after++)
                ;
            if ((after == end || ascii[*after] & ENDS_PLAIN) &&
                !(after < end && *after == ':' && begins(at, end, "http"))) {
                engine->found.length = 0;
                int answer = ask_spellings(engine, at, (size_t)(after - at), (Piece){0, 1});
                if (answer == ASK_PYTHON)
                    answer = take(engine, at, after, WORD);
                else if (!answer)
                    answer = stand_all(engine, ITEMS(engine->found, Found),
                                       COUNT(engine->found, Found), 1);
                if (answer)
                    return -1;
                at = after;
                continue;
            }
        }
        after = token_end(engine, begin, at, end, &kind);
        if (engine->failed)
            return -1;
        if (!after) {
            code_point(at, end, &bytes);
            at += *at < 0x80 ? 1 : bytes;
            continue;
        }
        if (raws) {
            PyObject *raw = PyUnicode_DecodeUTF8((const char *)at, after - at, "surrogatepass");
            int went = raw ? PyList_Append(raws, raw) : -1;
            Py_XDECREF(raw);
            if (went)
                return -1;
        } else if (take(engine, at, after, kind)) {
            return -1;
        }
        at = after;
    }
    return 0;
}

/* -------------------------------------------------------------------------------- programs */

/* A part is [operation, length, …]: symbols, or parts; BESIDE has (within, ordered) before its two
 * parts, LITERAL has its number before the part that its words are. */

typedef uint64_t Place; /* first << 32 | after: sorts as it should */
#define PLACE(first, after) ((Place)(uint32_t)(first) << 32 | (uint32_t)(after))
#define FIRST(place) ((int32_t)((place) >> 32))
#define AFTER(place) ((int32_t)(place))

static int by_place(const void *one, const void *other)
{
    Place a = *(const Place *)one, b = *(const Place *)other;
    return (a > b) - (a < b);
}

/* Sort what lies on the pile from `mark` on, each place once; return how many. */
static Py_ssize_t sorted(Engine *engine, size_t mark)
{
    Place *places = (Place *)(engine->pile.data + mark);
    size_t count = (engine->pile.length - mark) / sizeof *places, kept = 0, at = 1;
    while (at < count && places[at - 1] < places[at])
        at++;
    if (at >= count)
        return (Py_ssize_t)count;
    qsort(places, count, sizeof *places, by_place);
    for (at = 0; at < count; at++)
        if (!kept || places[kept - 1] != places[at])
            places[kept++] = places[at];
    engine->pile.length = mark + kept * sizeof *places;
    return (Py_ssize_t)kept;
}

/* Drop what lies on the pile between two marks, and sort the rest above the first. */
static Py_ssize_t only_above(Engine *engine, size_t mark, size_t above)
{
    if (engine->pile.length > above)
        memmove(engine->pile.data + mark, engine->pile.data + above, engine->pile.length - above);
    engine->pile.length -= above - mark;
    return sorted(engine, mark);
}

static int put_place(Engine *engine, Place place)
{
    Place *put = more(&engine->pile, sizeof *put);
    if (!put)
        return -1;
    *put = place;
    return 0;
}

static int put_standing(Engine *engine, int32_t symbol)
{
    if (!stands(engine, symbol))
        return 0;
    const Standing *standing = ITEMS(engine->standing, Standing);
    for (int32_t at = ITEMS(engine->symbols, Symbol)[symbol].head; at >= 0; at = standing[at].next)
        if (put_place(engine, PLACE(standing[at].first, standing[at].after)))
            return -1;
    return 0;
}

/* Return the first of sorted places that begins at `first` or later. */
static size_t from(const Place *places, size_t count, int64_t first)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (FIRST(places[middle]) < first)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

#define PLACES(mark) ((const Place *)(engine->pile.data + (mark)))

/* Put the hulls of places of `left` with those of `right` that follow within so many words.  Both
 * are counts from a mark on the pile. */
static int put_hulls(Engine *engine, size_t left, size_t lefts, size_t right, size_t rights,
                     int32_t within)
{
    for (size_t at = 0; at < lefts; at++) {
        Place one = PLACES(left)[at];
        int64_t last = (int64_t)AFTER(one) + within;
        for (size_t of = from(PLACES(right), rights, AFTER(one));
             of < rights && FIRST(PLACES(right)[of]) <= last; of++)
            if (put_place(engine, PLACE(FIRST(one), AFTER(PLACES(right)[of]))))
                return -1;
    }
    return 0;
}

static Py_ssize_t places(Engine *engine, const int32_t *part);

/* Put the hulls of both sides on the pile. */
static Py_ssize_t beside(Engine *engine, const int32_t *part)
{
    const int32_t *left = part + 4, *right = left + left[1];
    size_t mark = engine->pile.length;
    Py_ssize_t lefts = places(engine, left);
    size_t middle = engine->pile.length;
    Py_ssize_t rights = lefts < 0 ? -1 : places(engine, right);
    size_t above = engine->pile.length;
    if (rights < 0 ||
        put_hulls(engine, mark, (size_t)lefts, middle, (size_t)rights, part[2]) ||
        (!part[3] && put_hulls(engine, middle, (size_t)rights, mark, (size_t)lefts, part[2])))
        return -1;
    return only_above(engine, mark, above);
}

/* One NEAR while its places are walked, as program._Beside.each does: those of one side, the lead,
 * come one by one; those of the other lie on the pile, by where they begin, and again by where
 * they end. */
typedef struct Walk {
    const struct Walk *outer; /* the NEAR whose lead this one is; NULL: any place will do */
    size_t starts, ends;      /* marks on the pile; an end is (after, first) */
    size_t count;
    size_t seen, slots; /* places of the lead that came lately: a table on the pile, or none */
    int32_t within;
    int before, after; /* may the other stand before the lead, or after it? */
} Walk;

/* Say whether a place of the lead makes the outermost NEAR hold. */
static int walk_place(Engine *engine, const Walk *walk, Place lead)
{
    if (!walk)
        return 1;
    if (walk->slots) { /* a long post has millions of places, many of them again and again */
        Place *slot = (Place *)(engine->pile.data + walk->seen) +
                      (mixed(lead, 0x9e3779b97f4a7c15u) & (walk->slots - 1));
        if (*slot == lead)
            return 0;
        *slot = lead;
    }
    int64_t last = (int64_t)AFTER(lead) + walk->within;
    const Place *starts = PLACES(walk->starts), *ends = PLACES(walk->ends);
    if (walk->after)
        for (size_t of = from(starts, walk->count, AFTER(lead));
             of < walk->count && FIRST(starts[of]) <= last; of++)
            if (walk_place(engine, walk->outer, PLACE(FIRST(lead), AFTER(starts[of]))))
                return 1;
    if (walk->before)
        for (size_t of = from(ends, walk->count, (int64_t)FIRST(lead) - walk->within);
             of < walk->count && FIRST(ends[of]) <= FIRST(lead); of++)
            if (walk_place(engine, walk->outer, PLACE(AFTER(ends[of]), AFTER(lead))))
                return 1;
    return 0;
}

/* Say whether NEAR has a place that makes the outermost NEAR hold: 1, 0, or -1. */
static int walk_beside(Engine *engine, const int32_t *part, const Walk *outer)
{
    const int32_t *left = part + 4, *right = left + left[1];
    int swapped = right[0] == BESIDE && left[0] != BESIDE, held = 0;
    const int32_t *lead = swapped ? right : left;
    size_t mark = engine->pile.length;
    Py_ssize_t others = places(engine, swapped ? left : right), leads;
    if (others <= 0)
        return engine->pile.length = mark, (int)others;
    Walk walk = {.outer = outer, .starts = mark, .ends = engine->pile.length,
                 .count = (size_t)others, .within = part[2],
                 .after = !(part[3] && swapped), .before = !part[3] || swapped};
    for (size_t at = 0; walk.before && at < walk.count; at++) {
        Place other = PLACES(mark)[at];
        if (put_place(engine, PLACE(AFTER(other), FIRST(other))))
            return -1;
    }
    if (walk.before)
        qsort(engine->pile.data + walk.ends, walk.count, sizeof(Place), by_place);
    if (lead[0] == BESIDE) {
        for (walk.slots = 16; walk.slots < walk.count * 16 && walk.slots < 1 << 14;)
            walk.slots *= 2;
        walk.seen = engine->pile.length;
        void *slots = more(&engine->pile, walk.slots * sizeof(Place));
        if (!slots)
            return -1;
        memset(slots, 0xff, walk.slots * sizeof(Place)); /* no place */
        held = walk_beside(engine, lead, &walk);
    } else {
        size_t first = engine->pile.length;
        leads = places(engine, lead);
        held = leads < 0 ? -1 : 0;
        for (Py_ssize_t at = 0; !held && at < leads; at++)
            held = walk_place(engine, &walk, PLACES(first)[at]);
    }
    engine->pile.length = mark;
    return held;
}

static Py_ssize_t in_a_row(Engine *engine, const int32_t *part)
{
    const int32_t *symbol = part + 2, *end = part + part[1];
    size_t mark = engine->pile.length;
    if (put_standing(engine, *symbol))
        return -1;
    Py_ssize_t rows = sorted(engine, mark);
    while (rows && ++symbol < end) {
        size_t next = engine->pile.length;
        if (put_standing(engine, *symbol))
            return -1;
        Py_ssize_t nexts = sorted(engine, next);
        size_t above = engine->pile.length;
        if (put_hulls(engine, mark, (size_t)rows, next, (size_t)nexts, 0))
            return -1;
        rows = only_above(engine, mark, above);
    }
    return rows;
}

/* Put every place where a part matches on the pile, sorted, each once; return how many, or -1. */
static Py_ssize_t places(Engine *engine, const int32_t *part)
{
    size_t mark = engine->pile.length;
    const int32_t *at = part + 2, *end = part + part[1];
    int holds(Engine *, const int32_t *);
    switch (part[0]) {
    case ANY_OF:
        for (; at < end; at++)
            if (put_standing(engine, *at))
                return -1;
        return sorted(engine, mark);
    case IN_A_ROW:
        return in_a_row(engine, part);
    case BESIDE:
        return beside(engine, part);
    case ONE:
        for (; at < end; at += at[1])
            if (places(engine, at) < 0)
                return -1;
        return sorted(engine, mark);
    case LITERAL: {
        int held = holds(engine, part);
        return held == 1 ? places(engine, part + 3) : held;
    }
    }
    return 0; /* AND and NOT have no place of their own; the parser keeps them out of NEAR */
}

static int literal_holds(Engine *engine, int32_t number)
{
    PyObject *answer = PyObject_CallFunction(engine->literal, "in", (int)number, engine->text);
    int held = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return held;
}

/* Say whether a part matches: 1, 0, or -1 when that failed. */
int holds(Engine *engine, const int32_t *part)
{
    const int32_t *at = part + 2, *end = part + part[1];
    size_t mark = engine->pile.length;
    Py_ssize_t answer = 0;
    switch (part[0]) {
    case ANY_OF:
        for (; at < end; at++)
            if (stands(engine, *at))
                return 1;
        return 0;
    case IN_A_ROW:
        for (; at < end; at++)
            if (!stands(engine, *at))
                return 0;
        answer = in_a_row(engine, part);
        engine->pile.length = mark;
        return answer < 0 ? -1 : answer > 0;
    case BESIDE:
        answer = holds(engine, part + 4);
        if (answer == 1)
            answer = holds(engine, part + 4 + part[5]);
        return answer == 1 ? walk_beside(engine, part, NULL) : (int)answer;
    case ALL:
        for (answer = 1; answer == 1 && at < end; at += at[1])
            answer = holds(engine, at);
        return (int)answer;
    case ONE:
        for (; answer == 0 && at < end; at += at[1])
            answer = holds(engine, at);
        return (int)answer;
    case WITHOUT:
        answer = holds(engine, at);
        return answer < 0 ? -1 : !answer;
    case LITERAL:
        answer = holds(engine, at + 1);
        return answer == 1 ? literal_holds(engine, *at) : (int)answer;
    }
    PyErr_SetString(PyExc_SystemError, "A program with an unknown part.");
    return -1;
}

/* ----------------------------------------------------------------------------------- one post */

static void begin_post(Engine *engine)
{
    for (size_t at = 0; at < COUNT(engine->present, int32_t); at++)
        engine->bloom[ITEMS(engine->present, int32_t)[at] >> 6 & (BLOOM - 1)] = 0;
    engine->standing.length = engine->present.length = engine->pile.length = 0;
    engine->hits.length = 0;
    engine->failed = engine->at = engine->scope = 0;
    if (++engine->stamp == 0) { /* after four thousand million posts, begin again */
        for (size_t at = 0; at < COUNT(engine->symbols, Symbol); at++)
            ITEMS(engine->symbols, Symbol)[at].stamp = 0;
        for (size_t at = 0; at < COUNT(engine->rows, Row); at++)
            ITEMS(engine->rows, Row)[at].stamp = 0;
        engine->stamp = 1;
    }
}

static int try_queries(Engine *engine, int32_t posting)
{
    const Posting *postings = ITEMS(engine->postings, Posting);
    for (; posting >= 0; posting = postings[posting].next) {
        Row *row = ITEMS(engine->rows, Row) + postings[posting].row;
        if (row->stamp == engine->stamp || row->version != postings[posting].version)
            continue; /* asked already, or changed since */
        row->stamp = engine->stamp;
        const int32_t *program = ITEMS(engine->programs, int32_t) + row->start;
        int held = holds(engine, program + 1 + program[0]);
        int32_t *hit = held == 1 ? more(&engine->hits, sizeof *hit) : NULL;
        if (held < 0 || (held && !hit))
            return -1;
        if (hit)
            *hit = postings[posting].row;
    }
    return 0;
}

static int by_number(const void *one, const void *other)
{
    int32_t a = *(const int32_t *)one, b = *(const int32_t *)other;
    return (a > b) - (a < b);
}

/* Ask the queries that may match what stands on the board; keep the pairs. */
static int end_post(Engine *engine)
{
    if (try_queries(engine, engine->always))
        return -1;
    for (size_t at = 0; at < COUNT(engine->present, int32_t); at++) {
        int32_t symbol = ITEMS(engine->present, int32_t)[at];
        if (try_queries(engine, ITEMS(engine->symbols, Symbol)[symbol].asked))
            return -1;
    }
    size_t count = COUNT(engine->hits, int32_t);
    if (!count)
        return 0;
    if (count > 1)
        qsort(engine->hits.data, count, sizeof(int32_t), by_number);
    Pair *pairs = more(&engine->pairs, count * sizeof *pairs);
    if (!pairs)
        return -1;
    for (size_t at = 0; at < count; at++)
        pairs[at] = (Pair){(int32_t)engine->text, ITEMS(engine->hits, int32_t)[at]};
    return 0;
}

/* Read a str; lone surrogates are no UTF-8, so they go the long way. */
static int read_str(Engine *engine, PyObject *text, PyObject *raws)
{
    Py_ssize_t length;
    PyObject *long_way = NULL;
    const char *bytes;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "A text is a str.");
        return -1;
    }
    bytes = PyUnicode_AsUTF8AndSize(text, &length);
    if (!bytes && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        long_way = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
        if (long_way)
            bytes = PyBytes_AS_STRING(long_way), length = PyBytes_GET_SIZE(long_way);
    }
    int went = bytes ? read_text(engine, (const uint8_t *)bytes, (size_t)length, raws) : -1;
    Py_XDECREF(long_way);
    return went;
}

/* Read what a post has beside its text: (symbols that stand, ((scope, text), …)). */
static int read_beside(Engine *engine, PyObject *more_of_it)
{
    PyObject *symbols, *texts;
    if (more_of_it == Py_None)
        return 0;
    if (!PyArg_ParseTuple(more_of_it, "O!O!", &PyTuple_Type, &symbols, &PyTuple_Type, &texts))
        return -1;
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(symbols); at++) {
        long symbol = PyLong_AsLong(PyTuple_GET_ITEM(symbols, at));
        if ((symbol == -1 && PyErr_Occurred()) || !stood(engine, (int32_t)symbol))
            return -1;
    }
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(texts); at++) {
        PyObject *text;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(texts, at), "iO", &engine->scope, &text))
            return -1;
        engine->at += 2000; /* nothing is near, or in a row, across texts */
        if (read_str(engine, text, NULL))
            return -1;
    }
    return 0;
}

/* -------------------------------------------------------------------------- what Python calls */

static int enter(Engine *engine)
{
    unsigned long self = PyThread_get_thread_ident();
    if (engine->owner == self) {
        PyErr_SetString(PyExc_RuntimeError, "The engine was asked from within its own question.");
        return -1;
    }
    if (!PyThread_acquire_lock(engine->lock, NOWAIT_LOCK)) {
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(engine->lock, WAIT_LOCK);
        Py_END_ALLOW_THREADS
    }
    engine->owner = self;
    return 0;
}

static void leave(Engine *engine)
{
    engine->owner = 0;
    PyThread_release_lock(engine->lock);
}

/* Put the postings of one symbol beside each other, and squeeze out the programs of rows that
 * changed.  Nothing is lost when there is no memory for it: then all stays as it is. */
static int tidy(Engine *engine)
{
    Buffer programs = {0}, postings = {0};
    size_t rows = COUNT(engine->rows, Row), symbols = COUNT(engine->symbols, Symbol), total = 0;
    size_t *next = PyMem_Calloc(symbols + 2, sizeof *next); /* the last is of no symbol: always */
    if (!next)
        return PyErr_NoMemory(), -1;
    for (size_t at = 0; at < rows; at++) {
        Row *row = ITEMS(engine->rows, Row) + at;
        const int32_t *program = ITEMS(engine->programs, int32_t) + row->start;
        for (int32_t of = 0; row->length && of < program[0]; of++)
            next[program[1 + of] + 1]++, total++;
        if (row->length && !program[0])
            total++;
    }
    for (size_t at = 0; at < symbols; at++)
        next[at + 1] += next[at];
    next[symbols + 1] = next[symbols];
    size_t always = next[symbols], kept = 0;
    for (size_t at = 0; at < rows; at++)
        kept += ITEMS(engine->rows, Row)[at].length;
    if ((total && !more(&postings, total * sizeof(Posting))) ||
        (kept && !more(&programs, kept * sizeof(int32_t)))) {
        PyMem_Free(next), PyMem_Free(postings.data), PyMem_Free(programs.data);
        return -1;
    }
    for (size_t at = 0, start = 0; at < rows; at++) {
        Row *row = ITEMS(engine->rows, Row) + at;
        int32_t *program = ITEMS(programs, int32_t) + start;
        if (!row->length)
            continue;
        memcpy(program, ITEMS(engine->programs, int32_t) + row->start, row->length * sizeof *program);
        row->start = start;
        start += row->length;
        for (int32_t of = 0; of < program[0] || (of == 0 && !program[0]); of++) {
            size_t place = program[0] ? next[program[1 + of]]++ : always++;
            ITEMS(postings, Posting)[place] =
                (Posting){(int32_t)at, row->version, (int32_t)place + 1};
        }
    }
    /* next[s] is now where the postings of s end; they begin where those of s - 1 end. */
    for (size_t at = 0, begin = 0; at <= symbols; at++) {
        size_t end = at < symbols ? next[at] : always;
        int32_t head = end > begin ? (int32_t)begin : -1;
        if (end > begin)
            ITEMS(postings, Posting)[end - 1].next = -1;
        if (at < symbols)
            ITEMS(engine->symbols, Symbol)[at].asked = head;
        else
            engine->always = head;
        begin = end;
    }
    PyMem_Free(next), PyMem_Free(engine->postings.data), PyMem_Free(engine->programs.data);
    engine->postings = postings, engine->programs = programs;
    engine->waste = engine->unordered = 0;
    return 0;
}

static PyObject *pairs_list(Engine *engine)
{
    size_t count = COUNT(engine->pairs, Pair);
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t at = 0; list && at < count; at++) {
        Pair pair = ITEMS(engine->pairs, Pair)[at];
        PyObject *both = PyTuple_New(2), *text = PyLong_FromLong(pair.text);
        PyObject *row = PyLong_FromLong(pair.row);
        if (!both || !text || !row) {
            Py_XDECREF(both), Py_XDECREF(text), Py_XDECREF(row);
            Py_CLEAR(list);
            break;
        }
        PyTuple_SET_ITEM(both, 0, text);
        PyTuple_SET_ITEM(both, 1, row);
        PyList_SET_ITEM(list, (Py_ssize_t)at, both);
    }
    return list;
}

/* Begin a batch: tidy when a good part of the postings is new or stale. */
static int begin_batch(Engine *engine)
{
    engine->pairs.length = 0;
    size_t most = COUNT(engine->postings, Posting) / 4 + 64;
    if (engine->unordered > most || engine->waste > COUNT(engine->programs, int32_t) / 2 + 4096)
        return tidy(engine);
    return 0;
}

/* Keep what a batch needed within bounds: a post of a megabyte must not stay for ever. */
static void end_batch(Engine *engine)
{
    Buffer *const buffers[] = {&engine->found, &engine->pieces, &engine->scratch,
                               &engine->standing, &engine->pile, &engine->pairs, &engine->hits};
    for (size_t at = 0; at < sizeof buffers / sizeof *buffers; at++)
        if (buffers[at]->room > 1 << 20) {
            PyMem_Free(buffers[at]->data);
            *buffers[at] = (Buffer){0};
        }
}

static PyObject *engine_match(Engine *engine, PyObject *arguments)
{
    PyObject *texts, *besides, *answer = NULL;
    if (!PyArg_ParseTuple(arguments, "O!O", &PyList_Type, &texts, &besides) || enter(engine))
        return NULL;
    int went = begin_batch(engine);
    for (Py_ssize_t at = 0; !went && at < PyList_GET_SIZE(texts); at++) {
        PyObject *text = PyList_GET_ITEM(texts, at);
        PyObject *post = besides == Py_None ? Py_None : PySequence_GetItem(besides, at);
        Py_INCREF(text);
        engine->text = at;
        begin_post(engine);
        went = !post || read_str(engine, text, NULL) || read_beside(engine, post) ||
               end_post(engine);
        Py_DECREF(text);
        if (besides != Py_None)
            Py_XDECREF(post);
    }
    if (!went)
        answer = pairs_list(engine);
    end_batch(engine);
    leave(engine);
    return answer;
}

static PyObject *engine_match_utf8(Engine *engine, PyObject *arguments)
{
    Py_buffer offsets, data;
    Py_ssize_t count;
    int wide;
    PyObject *answer = NULL;
    if (!PyArg_ParseTuple(arguments, "y*y*np", &offsets, &data, &count, &wide))
        return NULL;
    Py_ssize_t size = wide ? 8 : 4;
    if (count < 0 || count > INT32_MAX || offsets.len / size <= count) {
        PyErr_SetString(PyExc_ValueError, "Offsets are one more than the texts.");
    } else if (!enter(engine)) {
        int went = begin_batch(engine);
        int64_t begin = 0, end = 0;
        for (Py_ssize_t at = 0; !went && at <= count; at++, begin = end) {
            int32_t narrow = 0;
            if (wide)
                memcpy(&end, (char *)offsets.buf + at * 8, 8);
            else
                memcpy(&narrow, (char *)offsets.buf + at * 4, 4), end = narrow;
            if (end < begin || end > data.len) {
                PyErr_SetString(PyExc_ValueError, "Offsets grow, and end within the data.");
                went = -1;
            } else if (at) {
                engine->text = at - 1;
                begin_post(engine);
                went = read_text(engine, (uint8_t *)data.buf + begin, (size_t)(end - begin), NULL) ||
                       end_post(engine);
            }
        }
        if (!went)
            answer = pairs_list(engine);
        end_batch(engine);
        leave(engine);
    }
    PyBuffer_Release(&offsets);
    PyBuffer_Release(&data);
    return answer;
}

static PyObject *engine_raw_tokens(Engine *engine, PyObject *text)
{
    if (enter(engine))
        return NULL;
    PyObject *raws = PyList_New(0);
    begin_post(engine);
    if (raws && read_str(engine, text, raws))
        Py_CLEAR(raws);
    leave(engine);
    return raws;
}

static int grown(Engine *engine, int32_t symbols)
{
    while (COUNT(engine->symbols, Symbol) < (size_t)symbols) {
        Symbol *symbol = more(&engine->symbols, sizeof *symbol);
        if (!symbol)
            return -1;
        *symbol = (Symbol){0, -1, -1, -1};
    }
    return 0;
}

/* Set the filter's bits anew for twice as many forms, when it is full. */
static int widen_filter(Engine *engine)
{
    size_t count = COUNT(engine->forms.keys, Key);
    if (engine->filter && count * 32 < engine->filter_bits)
        return 0;
    size_t bits = engine->filter_bits ? engine->filter_bits * 4 : 4096;
    uint64_t *filter = PyMem_Calloc(bits / 64, sizeof *filter);
    if (!filter)
        return PyErr_NoMemory(), -1;
    for (size_t at = 0; at < count; at++) {
        uint64_t hash = ITEMS(engine->forms.keys, Key)[at].hash;
        size_t bit = (hash >> 32 ^ hash) & (bits - 1);
        filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
    }
    PyMem_Free(engine->filter);
    engine->filter = filter;
    engine->filter_bits = bits;
    return 0;
}

/* learn(form, symbol, kind, scope): a form that a query asks for. */
static PyObject *engine_learn(Engine *engine, PyObject *arguments)
{
    const char *form;
    Py_ssize_t length;
    int symbol, kind, scope;
    if (!PyArg_ParseTuple(arguments, "y#iii", &form, &length, &symbol, &kind, &scope))
        return NULL;
    const uint8_t *bytes = (const uint8_t *)form;
    if (symbol < 0 || kind < 0 || kind > FORMS || scope < 0)
        return PyErr_Format(PyExc_ValueError, "No form is numbered so.");
    if (enter(engine))
        return NULL;
    int went = grown(engine, symbol + 1);
    uint64_t *wild = kind == PREFIX || kind == FORMS ? prefixes(engine, bytes, (size_t)length) : NULL;
    if (!went && wild) {
        int shift = kind == FORMS || length > LONGEST_PREFIX ? 63 : (int)length;
        *wild |= (uint64_t)1 << shift;
    }
    if (!went && kind == EXACT)
        engine->exact_asked = 1;
    if (!went && kind != FORMS) {
        engine->scope = scope;
        uint64_t hash = form_hash(engine, bytes, (size_t)length, kind);
        int32_t *kept = NULL, salt = scope * FORMS + kind;
        if (find(&engine->forms, hash, bytes, (size_t)length, salt, 1) < 0) {
            went = widen_filter(engine) ||
                   !(kept = more(&engine->form_symbols, sizeof *kept)) ||
                   add(&engine->forms, hash, bytes, (size_t)length, salt) < 0;
            if (went && kept)
                engine->form_symbols.length -= sizeof *kept;
        }
        if (!went && kept) {
            *kept = symbol;
            size_t bit = (hash >> 32 ^ hash) & (engine->filter_bits - 1);
            engine->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
        }
    }
    leave(engine);
    if (went)
        return NULL;
    Py_RETURN_NONE;
}

/* drop(row): its postings stay until the next tidying, and are passed over. */
static void dropped(Engine *engine, Py_ssize_t number)
{
    if ((size_t)number >= COUNT(engine->rows, Row))
        return;
    Row *row = ITEMS(engine->rows, Row) + number;
    engine->waste += row->length;
    row->length = 0;
    row->version++;
}

static PyObject *engine_drop(Engine *engine, PyObject *number)
{
    Py_ssize_t row = PyLong_AsSsize_t(number);
    if (row == -1 && PyErr_Occurred())
        return NULL;
    if (enter(engine))
        return NULL;
    if (row >= 0)
        dropped(engine, row);
    leave(engine);
    Py_RETURN_NONE;
}

/* Copy a list of numbers to the end of the programs. */
static int copied(Engine *engine, PyObject *numbers)
{
    Py_ssize_t count = PyList_GET_SIZE(numbers);
    int32_t *kept = more(&engine->programs, (size_t)count * sizeof *kept);
    if (!kept)
        return -1;
    for (Py_ssize_t at = 0; at < count; at++) {
        long number = PyLong_AsLong(PyList_GET_ITEM(numbers, at));
        if (number == -1 && PyErr_Occurred())
            return -1;
        kept[at] = (int32_t)number;
    }
    return 0;
}

/* put(row, [number of anchors, anchors…, program…], symbols): a new or changed query. */
static PyObject *engine_put(Engine *engine, PyObject *arguments)
{
    PyObject *numbers;
    int row, symbols;
    if (!PyArg_ParseTuple(arguments, "iO!i", &row, &PyList_Type, &numbers, &symbols))
        return NULL;
    if (row < 0 || row > INT32_MAX / 8)
        return PyErr_Format(PyExc_ValueError, "No query has row %d.", row);
    if (enter(engine))
        return NULL;
    size_t start = COUNT(engine->programs, int32_t), before = engine->postings.length;
    int went = grown(engine, symbols) || copied(engine, numbers);
    const int32_t *program = ITEMS(engine->programs, int32_t) + start;
    size_t count = went ? 0 : (size_t)(program[0] ? program[0] : 1);
    Posting *postings = count ? more(&engine->postings, count * sizeof *postings) : NULL;
    went = went || !postings;
    while (!went && COUNT(engine->rows, Row) <= (size_t)row) {
        Row *fresh = more(&engine->rows, sizeof *fresh);
        went = !fresh;
        if (fresh)
            *fresh = (Row){0};
    }
    if (went) {
        engine->programs.length = start * sizeof(int32_t);
        engine->postings.length = before;
    } else {
        dropped(engine, row);
        Row *changed = ITEMS(engine->rows, Row) + row;
        changed->start = start;
        changed->length = (size_t)PyList_GET_SIZE(numbers);
        for (size_t at = 0; at < count; at++) {
            int32_t *head = program[0] ? &ITEMS(engine->symbols, Symbol)[program[1 + at]].asked
                                       : &engine->always;
            postings[at] = (Posting){row, changed->version, *head};
            *head = (int32_t)(before / sizeof(Posting) + at);
        }
        engine->unordered += count;
    }
    leave(engine);
    if (went)
        return NULL;
    Py_RETURN_NONE;
}

/* renew(symbols, links, mention, tag, cashtag): what queries ask has changed.  There are so many
 * symbols; are links asked for; and which symbols stand for such tokens: -1 for none. */
static PyObject *engine_renew(Engine *engine, PyObject *arguments)
{
    int symbols, links, mention, tag, cashtag;
    if (!PyArg_ParseTuple(arguments, "ipiii", &symbols, &links, &mention, &tag, &cashtag))
        return NULL;
    if (enter(engine))
        return NULL;
    engine->links_asked = links;
    engine->signs[MENTION] = mention;
    engine->signs[TAG] = tag;
    engine->signs[CASHTAG] = cashtag;
    if (++engine->generation == 0)
        forget(engine);
    int went = grown(engine, symbols);
    leave(engine);
    if (went)
        return NULL;
    Py_RETURN_NONE;
}

static int engine_init(Engine *engine, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"classes", "resolve", "literal", "seed", "most_entries", "most_bytes",
                            "hash_mask", NULL};
    PyObject *classes, *resolve, *literal;
    unsigned long long seed, mask = ~0ull;
    Py_ssize_t entries = 200000, bytes = 64 << 20;
    if (engine->classes)
        return PyErr_SetString(PyExc_RuntimeError, "An engine is made once."), -1;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "OOOK|nnK", names, &classes, &resolve,
                                     &literal, &seed, &entries, &bytes, &mask))
        return -1;
    engine->classes = Py_NewRef(classes);
    engine->resolve = Py_NewRef(resolve);
    engine->literal = Py_NewRef(literal);
    engine->secret = mixed(seed ^ 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u) | 1;
    engine->mask = mask;
    engine->most_entries = (size_t)entries;
    engine->most_bytes = (size_t)bytes;
    engine->generation = 1;
    engine->always = -1;
    for (int kind = 0; kind < KINDS; kind++)
        engine->signs[kind] = -1;
    for (int byte = 0; byte < 128; byte++) {
        int alnum = is_digit((uint8_t)byte) || is_letter((uint8_t)byte);
        engine->ascii[byte] =
            (uint8_t)((alnum ? ALNUM | NAME | MAY_START : 0) | (byte == '_' ? NAME | MAY_START : 0) |
                      (byte && strchr("@#$*", byte) ? MAY_START : 0) |
                      (!alnum && !(byte && strchr("_'.,", byte)) ? ENDS_PLAIN : 0));
    }
    engine->wild = PyMem_Calloc(WILD, sizeof *engine->wild);
    engine->lock = PyThread_allocate_lock();
    if (!engine->wild || !engine->lock)
        return PyErr_NoMemory(), -1;
    return widen_filter(engine) || !learnt_block(engine, 0) ? -1 : 0;
}

static int engine_traverse(Engine *engine, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(engine));
    Py_VISIT(engine->classes);
    Py_VISIT(engine->resolve);
    Py_VISIT(engine->literal);
    return 0;
}

static int engine_clear(Engine *engine)
{
    Py_CLEAR(engine->classes);
    Py_CLEAR(engine->resolve);
    Py_CLEAR(engine->literal);
    return 0;
}

static void engine_dealloc(Engine *engine)
{
    PyTypeObject *type = Py_TYPE(engine);
    Buffer *const buffers[] = {
        &engine->forms.keys, &engine->forms.bytes, &engine->form_symbols, &engine->words.keys,
        &engine->words.bytes, &engine->entries, &engine->entry_places, &engine->symbols,
        &engine->rows, &engine->programs, &engine->postings, &engine->found, &engine->pieces,
        &engine->scratch, &engine->standing, &engine->present, &engine->pile, &engine->hits,
        &engine->pairs};
    PyObject_GC_UnTrack(engine);
    engine_clear(engine);
    for (size_t at = 0; at < sizeof buffers / sizeof *buffers; at++)
        PyMem_Free(buffers[at]->data);
    for (size_t at = 0; at < BLOCKS; at++)
        PyMem_Free(engine->blocks[at]);
    PyMem_Free(engine->forms.slots), PyMem_Free(engine->words.slots);
    PyMem_Free(engine->filter), PyMem_Free(engine->wild);
    if (engine->lock)
        PyThread_free_lock(engine->lock);
    type->tp_free((PyObject *)engine);
    Py_DECREF(type);
}

static PyMethodDef engine_methods[] = {
    {"match", (PyCFunction)engine_match, METH_VARARGS, "match(texts, beside) -> pairs"},
    {"match_utf8", (PyCFunction)engine_match_utf8, METH_VARARGS,
     "match_utf8(offsets, data, count, wide) -> pairs"},
    {"raw_tokens", (PyCFunction)engine_raw_tokens, METH_O, "raw_tokens(text) -> list of str"},
    {"learn", (PyCFunction)engine_learn, METH_VARARGS, "learn(form, symbol, kind, scope)"},
    {"put", (PyCFunction)engine_put, METH_VARARGS, "put(row, program, symbols)"},
    {"drop", (PyCFunction)engine_drop, METH_O, "drop(row)"},
    {"renew", (PyCFunction)engine_renew, METH_VARARGS,
     "renew(symbols, links, mention, tag, cashtag)"},
    {NULL}};

static PyType_Slot engine_slots[] = {
    {Py_tp_init, engine_init},         {Py_tp_new, PyType_GenericNew},
    {Py_tp_dealloc, engine_dealloc},   {Py_tp_traverse, engine_traverse},
    {Py_tp_clear, engine_clear},       {Py_tp_methods, engine_methods},
    {Py_tp_doc, "Programs and their forms, ready to be asked of texts; see fast.py."},
    {0, NULL}};

static PyType_Spec engine_spec = {"answerback.domain.listening._fast.Engine", sizeof(Engine), 0,
                                  Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, engine_slots};

static int module_exec(PyObject *module)
{
    size_t count = sizeof CLASS_NAMES / sizeof *CLASS_NAMES;
    PyObject *engine = PyType_FromSpec(&engine_spec), *names = PyTuple_New((Py_ssize_t)count);
    int went = !engine || !names;
    for (size_t at = 0; !went && at < count; at++) {
        PyObject *name = PyUnicode_FromString(CLASS_NAMES[at]);
        went = !name;
        if (name)
            PyTuple_SET_ITEM(names, (Py_ssize_t)at, name);
    }
    went = went || PyModule_AddObjectRef(module, "Engine", engine) ||
           PyModule_AddObjectRef(module, "CLASS_NAMES", names);
    Py_XDECREF(engine), Py_XDECREF(names);
    return went ? -1 : 0;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_fast", NULL, 0, NULL, module_slots};

PyMODINIT_FUNC PyInit__fast(void) { return PyModuleDef_Init(&module); }
