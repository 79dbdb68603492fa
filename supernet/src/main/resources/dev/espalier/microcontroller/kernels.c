/*
 * int8 kernels of Espalier's C models. Everything here is inlined into functions made for one shape,
 * so that loops have constant bounds; maps are rows x columns x channels, one byte an element.
 *
 * Products are of pairs of 16-bit numbers in one 32-bit word (SMLAD and its relatives where
 * __ARM_FEATURE_DSP is defined, the same arithmetic in plain C elsewhere). Zero points of inputs are
 * folded into the biases; maps are padded with the zero point.
 */
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* The scratch area is read and written as either. */
typedef uint32_t __attribute__((may_alias)) word_t;
typedef int16_t __attribute__((may_alias)) half_t;

/* A channel's bias, in units of the accumulator, and its multiplier. */
typedef struct {
  int32_t bias;
  int32_t multiplier;
} channel_t;

#if defined(__ARM_FEATURE_DSP)
/* a + x.low * y.low + x.high * y.high */
INLINE int32_t both(uint32_t x, uint32_t y, int32_t a) {
  int32_t r;
  __asm__("smlad %0, %1, %2, %3" : "=r"(r) : "r"(x), "r"(y), "r"(a));
  return r;
}
/* a + x.low * y.high */
INLINE int32_t low_high(uint32_t x, uint32_t y, int32_t a) {
  int32_t r;
  __asm__("smlabt %0, %1, %2, %3" : "=r"(r) : "r"(x), "r"(y), "r"(a));
  return r;
}
/* a + x.high * y.low */
INLINE int32_t high_low(uint32_t x, uint32_t y, int32_t a) {
  int32_t r;
  __asm__("smlatb %0, %1, %2, %3" : "=r"(r) : "r"(x), "r"(y), "r"(a));
  return r;
}
/* a + x.low * y.low */
INLINE int32_t low_low(uint32_t x, uint32_t y, int32_t a) {
  int32_t r;
  __asm__("smlabb %0, %1, %2, %3" : "=r"(r) : "r"(x), "r"(y), "r"(a));
  return r;
}
/* Bytes 0 and 2, and bytes 1 and 3, as pairs. */
INLINE uint32_t even_bytes(uint32_t x) {
  uint32_t r;
  __asm__("sxtb16 %0, %1" : "=r"(r) : "r"(x));
  return r;
}
INLINE uint32_t odd_bytes(uint32_t x) {
  uint32_t r;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(r) : "r"(x));
  return r;
}
/* a + the upper word of x * y */
INLINE int32_t upper(int32_t x, int32_t y, int32_t a) {
  int32_t r;
  __asm__("smmla %0, %1, %2, %3" : "=r"(r) : "r"(x), "r"(y), "r"(a));
  return r;
}
#define SATURATE(x, shift)                                                    \
  __extension__({                                                             \
    int32_t saturated_;                                                       \
    if ((shift) == 0)                                                         \
      __asm__("ssat %0, #8, %1" : "=r"(saturated_) : "r"(x));                 \
    else                                                                      \
      __asm__("ssat %0, #8, %1, asr %2" : "=r"(saturated_) : "r"(x), "I"((shift) == 0 ? 1 : (shift))); \
    saturated_;                                                               \
  })
#else
INLINE int32_t low_(uint32_t x) { return (int16_t)(x & 0xffffu); }
INLINE int32_t high_(uint32_t x) { return (int16_t)(x >> 16); }
INLINE int32_t both(uint32_t x, uint32_t y, int32_t a) {
  return a + low_(x) * low_(y) + high_(x) * high_(y);
}
INLINE int32_t low_high(uint32_t x, uint32_t y, int32_t a) { return a + low_(x) * high_(y); }
INLINE int32_t high_low(uint32_t x, uint32_t y, int32_t a) { return a + high_(x) * low_(y); }
INLINE int32_t low_low(uint32_t x, uint32_t y, int32_t a) { return a + low_(x) * low_(y); }
INLINE uint32_t byte_(uint32_t x, int at) {
  return (uint32_t)(int32_t)(int8_t)((x >> (8 * at)) & 0xffu) & 0xffffu;
}
INLINE uint32_t even_bytes(uint32_t x) { return byte_(x, 0) | byte_(x, 2) << 16; }
INLINE uint32_t odd_bytes(uint32_t x) { return byte_(x, 1) | byte_(x, 3) << 16; }
INLINE int32_t upper(int32_t x, int32_t y, int32_t a) {
  return a + (int32_t)(((int64_t)x * y) >> 32);
}
INLINE int32_t saturate_(int32_t x) { return x < -128 ? -128 : x > 127 ? 127 : x; }
#define SATURATE(x, shift) saturate_((x) >> (shift))
#endif

/* Keeps compilers from copying constants into the code, so that they take what they are said to. */
INLINE const void *held(const void *constants) {
  __asm__("" : "+r"(constants));
  return constants;
}

INLINE uint32_t word(const void *from) {
  uint32_t w;
  memcpy(&w, from, 4);
  return w;
}

/*
 * The sum as an int8 of the output's scale: (sum * multiplier + 2^(shift - 1)) >> shift, plus the
 * zero point, one rounding, half up. With shifts from 33 to 48 the zero point and the half come in
 * with the product's upper word; the few other shifts take 64 bits. The table, where there is one,
 * has the results of a function of -128 to 127.
 */
#define SMALL_SHIFT(shift) ((shift) > 32 && (shift) <= 48)
#define UPPER_SHIFT(shift) (SMALL_SHIFT(shift) ? (shift)-32 : 1)
#define OFFSET(zero, shift) ((zero) * (1 << UPPER_SHIFT(shift)) + (1 << (UPPER_SHIFT(shift) - 1)))
#define QUANTISED(sum, multiplier, zero, shift, table)                                        \
  looked_up(SMALL_SHIFT(shift)                                                                \
                ? SATURATE(upper((sum), (multiplier), OFFSET(zero, shift)), UPPER_SHIFT(shift)) \
                : in_64_bits((sum), (multiplier), (zero), (shift)),                           \
            (table))

INLINE int32_t in_64_bits(int32_t sum, int32_t multiplier, int zero, int shift) {
  int32_t x = zero + (int32_t)(((int64_t)sum * multiplier + ((int64_t)1 << (shift - 1))) >> shift);
  return SATURATE(x, 0);
}

INLINE int8_t looked_up(int32_t x, const int8_t *table) {
  return table ? table[x + 128] : (int8_t)x;
}

/* ---- convolutions of all channels ---- */

/*
 * Puts "bytes" consecutive int8 as pairs, every four bytes as bytes (0, 2) and (1, 3), into every
 * second pair of words where two positions share the buffer.
 */
INLINE void widen(const int8_t *from, word_t *to, int bytes, int positions) {
  int i = 0;
  for (; i + 4 <= bytes; i += 4) {
    uint32_t w = word(from + i);
    to[0] = even_bytes(w);
    to[1] = odd_bytes(w);
    to += 2 * positions;
  }
  if (i < bytes) {
    uint32_t w = (uint8_t)from[i];
    if (i + 1 < bytes) w |= (uint32_t)(uint8_t)from[i + 1] << 8;
    if (i + 2 < bytes) w |= (uint32_t)(uint8_t)from[i + 2] << 16;
    to[0] = even_bytes(w);
    to[1] = odd_bytes(w);
  }
}

/*
 * Two output channels at one or two positions: acc[2 * position + channel]. Weights come as four
 * bytes of the one channel, four of the other.
 */
INLINE void products(const word_t *x, const int8_t *weights, int words, int positions, int32_t *acc) {
  int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
#if defined(__ARM_FEATURE_DSP)
  /* By hand: twelve registers, which compilers spill. */
  if (positions == 2) {
#pragma GCC unroll 4
    for (int i = 0; i < words; i++) {
      uint32_t x0, x1, x2, x3, even, odd;
      __asm__ volatile(
          "ldr %[even], [%[w]], #4\n\t"
          "ldrd %[x2], %[x3], [%[x], #8]\n\t"
          "ldrd %[x0], %[x1], [%[x]], #16\n\t"
          "sxtb16 %[odd], %[even], ror #8\n\t"
          "sxtb16 %[even], %[even]\n\t"
          "smlad %[a0], %[x0], %[even], %[a0]\n\t"
          "smlad %[a2], %[x2], %[even], %[a2]\n\t"
          "ldr %[even], [%[w]], #4\n\t"
          "smlad %[a0], %[x1], %[odd], %[a0]\n\t"
          "smlad %[a2], %[x3], %[odd], %[a2]\n\t"
          "sxtb16 %[odd], %[even], ror #8\n\t"
          "sxtb16 %[even], %[even]\n\t"
          "smlad %[a1], %[x0], %[even], %[a1]\n\t"
          "smlad %[a3], %[x2], %[even], %[a3]\n\t"
          "smlad %[a1], %[x1], %[odd], %[a1]\n\t"
          "smlad %[a3], %[x3], %[odd], %[a3]\n\t"
          : [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3), [x] "+r"(x), [w] "+r"(weights),
            [x0] "=&r"(x0), [x1] "=&r"(x1), [x2] "=&r"(x2), [x3] "=&r"(x3), [even] "=&r"(even),
            [odd] "=&r"(odd)
          :
          : "memory");
    }
    acc[0] = a0;
    acc[1] = a1;
    acc[2] = a2;
    acc[3] = a3;
    return;
  }
#endif
#pragma GCC unroll 4
  for (int i = 0; i < words; i++) {
    uint32_t x0 = x[0], x1 = x[1], x2 = 0, x3 = 0;
    if (positions == 2) {
      x2 = x[2];
      x3 = x[3];
    }
    x += 2 * positions;
    uint32_t w = word(weights);
    uint32_t even = even_bytes(w), odd = odd_bytes(w);
    a0 = both(x0, even, a0);
    a0 = both(x1, odd, a0);
    if (positions == 2) {
      a2 = both(x2, even, a2);
      a2 = both(x3, odd, a2);
    }
    w = word(weights + 4);
    weights += 8;
    even = even_bytes(w);
    odd = odd_bytes(w);
    a1 = both(x0, even, a1);
    a1 = both(x1, odd, a1);
    if (positions == 2) {
      a3 = both(x2, even, a3);
      a3 = both(x3, odd, a3);
    }
  }
  acc[0] = a0;
  acc[1] = a1;
  acc[2] = a2;
  acc[3] = a3;
}

/* All output channels at one or two positions whose inputs lie in "x". */
#define POSITIONS(x, out, weights, channels, words, positions, outputs, out_zero, shift, table)       \
  do {                                                                                                     \
    const int8_t *w_ = held(weights);                                                                          \
    const channel_t *c_ = held(channels);                                                                      \
    int8_t *o_ = (out);                                                                                    \
    for (int oc_ = 0; oc_ < (outputs); oc_ += 2) {                                                         \
      const int pair_ = (outputs) % 2 == 0 || oc_ + 1 < (outputs);                                         \
      int32_t acc_[4] = {c_[0].bias, pair_ ? c_[1].bias : 0, c_[0].bias, pair_ ? c_[1].bias : 0};          \
      products((x), w_, (words), (positions), acc_);                                                       \
      w_ += 8 * (words);                                                                                   \
      o_[0] = QUANTISED(acc_[0], c_[0].multiplier, (out_zero), (shift), (table));                   \
      if (pair_) o_[1] = QUANTISED(acc_[1], c_[1].multiplier, (out_zero), (shift), (table));        \
      if ((positions) == 2) {                                                                              \
        o_[(outputs)] = QUANTISED(acc_[2], c_[0].multiplier, (out_zero), (shift), (table));         \
        if (pair_)                                                                                         \
          o_[(outputs) + 1] = QUANTISED(acc_[3], c_[1].multiplier, (out_zero), (shift), (table));   \
      }                                                                                                    \
      o_ += 2;                                                                                             \
      c_ += 2;                                                                                             \
    }                                                                                                      \
  } while (0)

/* 1x1, stride 1; scratch: 2 x ceil(inputs / 4) x 8 bytes, or half of it for one position. */
#define POINTWISE(in, out, weights, channels, scratch, count, inputs, outputs, out_zero, shift, table) \
  do {                                                                                                     \
    enum { words = ((inputs) + 3) / 4 };                                                                   \
    const int8_t *from = (in);                                                                             \
    int8_t *to = (out);                                                                                    \
    for (int p = 0; p + 2 <= (count); p += 2) {                                                            \
      widen(from, (scratch), (inputs), 2);                                                                 \
      widen(from + (inputs), (scratch) + 2, (inputs), 2);                                                  \
      POSITIONS((scratch), to, (weights), (channels), words, 2, (outputs), (out_zero), (shift),     \
                (table));                                                                                  \
      from += 2 * (inputs);                                                                                \
      to += 2 * (outputs);                                                                                 \
    }                                                                                                      \
    if ((count) % 2) {                                                                                     \
      widen(from, (scratch), (inputs), 1);                                                                 \
      POSITIONS((scratch), to, (weights), (channels), words, 1, (outputs), (out_zero), (shift),     \
                (table));                                                                                  \
    }                                                                                                      \
  } while (0)

/* One position's window, padded, as bytes in the order row, column, channel. */
INLINE void window(const int8_t *in, int8_t *patch, int row, int column, int rows, int columns, int inputs,
                   int kernel, int zero) {
  for (int i = 0; i < kernel; i++) {
    int y = row + i;
    for (int j = 0; j < kernel; j++) {
      int x = column + j;
      if (y >= 0 && y < rows && x >= 0 && x < columns) {
        const int8_t *from = in + (y * columns + x) * inputs;
        for (int c = 0; c < inputs; c++) *patch++ = from[c];
      } else {
        for (int c = 0; c < inputs; c++) *patch++ = (int8_t)zero;
      }
    }
  }
}

/*
 * k x k over all channels; scratch: 2 x ceil(inputs * kernel * kernel / 4) x 8 bytes, then the bytes
 * of one window.
 */
#define CONVOLUTION(in, out, weights, channels, scratch, rows, columns, inputs, kernel, stride, out_rows,  \
                    out_columns, outputs, zero, out_zero, shift, table)                               \
  do {                                                                                                     \
    enum { size = (inputs) * (kernel) * (kernel), words = (size + 3) / 4 };                                \
    int8_t *patch = (int8_t *)((scratch) + 4 * words);                                                     \
    int8_t *to = (out);                                                                                    \
    for (int y = 0; y < (out_rows); y++) {                                                                 \
      int x = 0;                                                                                           \
      for (; x + 2 <= (out_columns); x += 2) {                                                             \
        window((in), patch, y * (stride) - (kernel) / 2, x * (stride) - (kernel) / 2, (rows), (columns),   \
               (inputs), (kernel), (zero));                                                                \
        widen(patch, (scratch), size, 2);                                                                  \
        window((in), patch, y * (stride) - (kernel) / 2, (x + 1) * (stride) - (kernel) / 2, (rows),        \
               (columns), (inputs), (kernel), (zero));                                                     \
        widen(patch, (scratch) + 2, size, 2);                                                              \
        POSITIONS((scratch), to, (weights), (channels), words, 2, (outputs), (out_zero), (shift),   \
                  (table));                                                                                \
        to += 2 * (outputs);                                                                               \
      }                                                                                                    \
      if ((out_columns) % 2) {                                                                             \
        window((in), patch, y * (stride) - (kernel) / 2, x * (stride) - (kernel) / 2, (rows), (columns),   \
               (inputs), (kernel), (zero));                                                                \
        widen(patch, (scratch), size, 1);                                                                  \
        POSITIONS((scratch), to, (weights), (channels), words, 1, (outputs), (out_zero), (shift),   \
                  (table));                                                                                \
        to += (outputs);                                                                                   \
      }                                                                                                    \
    }                                                                                                      \
  } while (0)

/* ---- depthwise convolutions ---- */

/*
 * A kernel's rows as pairs: for every row (w0 w1)(w2 w3).. and then (w1 w2)(w3 w4)..; the last weight
 * is the upper half of the last pair. "half" is the kernel's side halved, rounded down.
 */
INLINE void weight_pairs(const int8_t *weights, word_t *pairs, int kernel) {
  const int half = kernel / 2;
  for (int i = 0; i < kernel; i++) {
    for (int j = 0; j < half; j++) {
      uint32_t a = (uint16_t)weights[2 * j];
      uint32_t b = (uint16_t)weights[2 * j + 1];
      uint32_t c = (uint16_t)weights[2 * j + 2];
      pairs[j] = a | b << 16;
      pairs[half + j] = b | c << 16;
    }
    weights += kernel;
    pairs += 2 * half;
  }
}

/* Outputs next to each other in one row, from even columns of the padded plane on. */
INLINE void row_products(const half_t *plane, const word_t *pairs, int pitch, int kernel, int stride,
                         int count, int32_t *acc) {
  const int half = kernel / 2;
#pragma GCC unroll 7
  for (int i = 0; i < kernel; i++) {
    const word_t *x = (const word_t *)(const void *)(plane + i * pitch);
    const word_t *w = pairs + i * 2 * half;
#pragma GCC unroll 4
    for (int o = 0; o < count; o++) {
      int32_t a = acc[o];
      if (stride == 2) {
#pragma GCC unroll 3
        for (int j = 0; j < half; j++) a = both(x[o + j], w[j], a);
        a = low_high(x[o + half], w[2 * half - 1], a);
      } else if (o % 2 == 0) {
#pragma GCC unroll 3
        for (int j = 0; j < half; j++) a = both(x[o / 2 + j], w[j], a);
        a = low_high(x[o / 2 + half], w[2 * half - 1], a);
      } else {
        a = high_low(x[o / 2], w[0], a);
#pragma GCC unroll 3
        for (int j = 0; j < half; j++) a = both(x[o / 2 + 1 + j], w[half + j], a);
      }
      acc[o] = a;
    }
  }
}

#define ROW_BLOCK(plane_at, pairs, pitch, kernel, stride, count, channel, to, step, out_zero, shift, table) \
  do {                                                                                                     \
    int32_t acc_[4] = {bias_, bias_, bias_, bias_};                                                        \
    row_products((plane_at), (pairs), (pitch), (kernel), (stride), (count), acc_);                         \
    (to)[0] = QUANTISED(acc_[0], multiplier_, (out_zero), (shift), (table));                        \
    if ((count) > 1) (to)[(step)] = QUANTISED(acc_[1], multiplier_, (out_zero), (shift), (table));  \
    if ((count) > 2) (to)[2 * (step)] = QUANTISED(acc_[2], multiplier_, (out_zero), (shift), (table)); \
    if ((count) > 3) (to)[3 * (step)] = QUANTISED(acc_[3], multiplier_, (out_zero), (shift), (table)); \
  } while (0)

/* Elements of one row of the padded plane, even. */
#define PITCH(columns, kernel) (((columns) + (kernel) + 2) / 2 * 2)

/*
 * One channel after the other, so that the output may lie where the input lay. Scratch: the padded
 * plane of one channel, PITCH x (rows + kernel - 1) int16, then kernel x (kernel - 1) words of
 * weights.
 */
#define DEPTHWISE(in, out, weights, channels, scratch, rows, columns, count, kernel, stride, out_rows,     \
                  out_columns, zero, out_zero, shift, table)                                          \
  do {                                                                                                     \
    enum { pitch = PITCH(columns, kernel), height = (rows) + (kernel) - 1 };                               \
    half_t *plane = (half_t *)(scratch);                                                                 \
    word_t *pairs = (word_t *)(scratch) + pitch * height / 2;                                                      \
    for (int i = 0; i < pitch * height; i++) plane[i] = (zero);                                            \
    for (int c = 0; c < (count); c++) {                                                                    \
      const int8_t *from = (in) + c;                                                                       \
      half_t *into = plane + ((kernel) / 2) * pitch + (kernel) / 2;                                       \
      for (int y = 0; y < (rows); y++) {                                                                   \
        _Pragma("GCC unroll 14") for (int x = 0; x < (columns); x++) {                                     \
          into[x] = *from;                                                                                 \
          from += (count);                                                                                 \
        }                                                                                                  \
        into += pitch;                                                                                     \
      }                                                                                                    \
      weight_pairs((const int8_t *)held(weights) + c * (kernel) * (kernel), pairs, (kernel));                                  \
      const channel_t *own = (const channel_t *)held(channels) + c;\
      const int32_t bias_ = own->bias, multiplier_ = own->multiplier;                    \
      int8_t *to = (out) + c;                                                                              \
      for (int y = 0; y < (out_rows); y++) {                                                               \
        const half_t *at = plane + y * (stride) * pitch;                                                  \
        for (int x = 0; x < (out_columns) / 4; x++) {                                                      \
          ROW_BLOCK(at, pairs, pitch, kernel, stride, 4, c, to, (count), out_zero, shift, table);     \
          at += 4 * (stride);                                                                              \
          to += 4 * (count);                                                                               \
        }                                                                                                  \
        if ((out_columns) % 4 != 0) {                                                                      \
          ROW_BLOCK(at, pairs, pitch, kernel, stride, (out_columns) % 4, c, to, (count), out_zero, shift,    \
                    table);                                                                         \
          to += (out_columns) % 4 * (count);                                                               \
        }                                                                                                  \
      }                                                                                                    \
    }                                                                                                      \
  } while (0)

/* ---- everything else ---- */

/* Four sums of bytes in 16-bit halves: of bytes 0 and 2, and of bytes 1 and 3. */
#if defined(__ARM_FEATURE_DSP)
INLINE uint32_t add_even_bytes(uint32_t sums, uint32_t x) {
  uint32_t r;
  __asm__("sxtab16 %0, %1, %2" : "=r"(r) : "r"(sums), "r"(x));
  return r;
}
INLINE uint32_t add_odd_bytes(uint32_t sums, uint32_t x) {
  uint32_t r;
  __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(r) : "r"(sums), "r"(x));
  return r;
}
#else
INLINE uint32_t halves_(uint32_t x, uint32_t y) {
  return ((x + y) & 0xffffu) | (((x >> 16) + (y >> 16)) << 16);
}
INLINE uint32_t add_even_bytes(uint32_t sums, uint32_t x) { return halves_(sums, even_bytes(x)); }
INLINE uint32_t add_odd_bytes(uint32_t sums, uint32_t x) { return halves_(sums, odd_bytes(x)); }
#endif

/* The average over all positions; up to 256 of them are summed in 16 bits. */
#define GLOBAL_AVERAGE(in, out, positions, count, zero, multiplier, out_zero, shift, table)                \
  do {                                                                                                     \
    int c = 0;                                                                                             \
    if ((positions) <= 256) {                                                                              \
      for (; c + 4 <= (count); c += 4) {                                                                   \
        const int8_t *from = (in) + c;                                                                     \
        uint32_t even = 0, odd = 0;                                                                        \
        for (int p = 0; p < (positions); p++) {                                                            \
          uint32_t w = word(from);                                                                         \
          even = add_even_bytes(even, w);                                                                  \
          odd = add_odd_bytes(odd, w);                                                                     \
          from += (count);                                                                                 \
        }                                                                                                  \
        const int32_t sums[4] = {(int16_t)(even & 0xffffu), (int16_t)(odd & 0xffffu),                      \
                                 (int16_t)(even >> 16), (int16_t)(odd >> 16)};                             \
        for (int i = 0; i < 4; i++)                                                                        \
          (out)[c + i] =                                                                                   \
              QUANTISED(sums[i] - (zero) * (positions), (multiplier), (out_zero), (shift), (table));       \
      }                                                                                                    \
    }                                                                                                      \
    for (; c < (count); c++) {                                                                             \
      int32_t sum = -(zero) * (positions);                                                                 \
      for (int p = 0; p < (positions); p++) sum += (in)[p * (count) + c];                                  \
      (out)[c] = QUANTISED(sum, (multiplier), (out_zero), (shift), (table));                               \
    }                                                                                                      \
  } while (0)

/* A map times one value a channel; the output may lie where the map lay. */
#define SCALE(in, factors, out, positions, count, zero, factor_zero, multiplier, out_zero, shift, table)   \
  do {                                                                                                     \
    for (int c = 0; c < (count); c++) {                                                                    \
      const int32_t factor = (factors)[c] - (factor_zero);                                                 \
      const int32_t less = -(zero) * factor;                                                               \
      const int8_t *from = (in) + c;                                                                       \
      int8_t *to = (out) + c;                                                                              \
      _Pragma("GCC unroll 4") for (int p = 0; p < (positions); p++) {                                      \
        *to = QUANTISED(*from * factor + less, (multiplier), (out_zero), (shift), (table));                \
        from += (count);                                                                                   \
        to += (count);                                                                                     \
      }                                                                                                    \
    }                                                                                                      \
  } while (0)

/* (left * left_multiplier + right * right_multiplier + offset) >> shift, plus the zero point, 32 bits. */
#define ADD(left, right, out, size, left_multiplier, right_multiplier, offset, out_zero, shift, table)     \
  do {                                                                                                     \
    _Pragma("GCC unroll 4") for (int i = 0; i < (size); i++) {                                             \
      uint32_t sum = (uint32_t)(offset) + (uint32_t)(left)[i] * (uint32_t)(left_multiplier) +              \
                     (uint32_t)(right)[i] * (uint32_t)(right_multiplier);                                  \
      int32_t x = ((int32_t)sum >> (shift)) + (out_zero);                                                  \
      (out)[i] = looked_up(SATURATE(x, 0), (table));                                                       \
    }                                                                                                      \
  } while (0)

/* A function of every element. */
#define TABLE(in, out, size, table)                                                                        \
  do {                                                                                                     \
    _Pragma("GCC unroll 4") for (int i = 0; i < (size); i++)(out)[i] = (table)[(in)[i] + 128];             \
  } while (0)

/* The largest value or the average of each window, of positions inside the map. */
#define POOL(in, out, rows, columns, count, kernel, stride, padding, out_rows, out_columns, average)       \
  do {                                                                                                     \
    for (int y = 0; y < (out_rows); y++) {                                                                 \
      for (int x = 0; x < (out_columns); x++) {                                                            \
        for (int c = 0; c < (count); c++) {                                                                \
          int32_t sum = 0, most = -128, inside = 0;                                                        \
          for (int i = 0; i < (kernel); i++) {                                                             \
            for (int j = 0; j < (kernel); j++) {                                                           \
              const int row = y * (stride) - (padding) + i, column = x * (stride) - (padding) + j;         \
              if (row >= 0 && row < (rows) && column >= 0 && column < (columns)) {                         \
                const int32_t value = (in)[(row * (columns) + column) * (count) + c];                      \
                sum += value;                                                                              \
                most = value > most ? value : most;                                                        \
                inside++;                                                                                  \
              }                                                                                            \
            }                                                                                              \
          }                                                                                                \
          /* Rounded half up; the sum of bytes over a window, made positive, divides towards zero. */      \
          (out)[(y * (out_columns) + x) * (count) + c] = (int8_t)(                                         \
              (average) ? (2 * (sum + 128 * inside) + inside) / (2 * inside) - 128 : most);                \
        }                                                                                                  \
      }                                                                                                    \
    }                                                                                                      \
  } while (0)
