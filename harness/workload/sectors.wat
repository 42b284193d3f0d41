;; Fills and compares sectors in a guest's own memory, sixteen bytes at a time: content.ts in wasm, and checked against it.
;; The layout of a sector and its pseudo-random words are told there. 0x9e3779b9 is STEP.
(module
  (import "host" "memory" (memory 0))

  ;; The first pseudo-random word of a sector.
  (func $start (param $low i32) (param $high i32) (param $generation i32) (param $salt i32) (result i32)
    (local $h i32)
    (local.set $h
      (i32.add
        (i32.mul
          (i32.xor (i32.xor (local.get $low) (i32.mul (local.get $generation) (i32.const 0xc2b2ae35))) (local.get $salt))
          (i32.const 0x27d4eb2f))
        (local.get $high)))
    (i32.mul (i32.xor (local.get $h) (i32.shr_u (local.get $h) (i32.const 15))) (i32.const 0x85ebca6b)))

  ;; The second sixteen bytes of a sector: salt, x, x + STEP, x + 2 STEP.
  (func $second (param $salt i32) (param $x i32) (result v128)
    (i32x4.replace_lane 0
      (i32x4.add (i32x4.splat (local.get $x)) (v128.const i32x4 0 0 0x9e3779b9 0x3c6ef372))
      (local.get $salt)))

  ;; The first sixteen bytes.
  (func $first (param $low i32) (param $high i32) (param $generation i32) (result v128)
    (i32x4.replace_lane 3
      (i32x4.replace_lane 2
        (i32x4.replace_lane 1 (i32x4.splat (i32.const 0x41424857)) (local.get $low))
        (local.get $high))
      (local.get $generation)))

  ;; Compares. Result: number of the first sector, from 0, that is not as it must be; -1 when all are.
  (func (export "check")
    (param $at i32) (param $low i32) (param $high i32) (param $sectors i32) (param $generation i32) (param $salt i32)
    (result i32)
    (local $n i32) (local $end i32) (local $x i32) (local $wrong v128) (local $right v128) (local $right2 v128)
    (loop $sector
      (if (i32.ge_u (local.get $n) (local.get $sectors)) (then (return (i32.const -1))))
      (local.set $x (call $start (local.get $low) (local.get $high) (local.get $generation) (local.get $salt)))
      (local.set $wrong
        (v128.or
          (v128.xor (v128.load align=4 (local.get $at))
            (call $first (local.get $low) (local.get $high) (local.get $generation)))
          (v128.xor (v128.load offset=16 align=4 (local.get $at)) (call $second (local.get $salt) (local.get $x)))))
      (local.set $right
        (i32x4.add (i32x4.splat (local.get $x)) (v128.const i32x4 0xdaa66d2b 0x78dde6e4 0x1715609d 0xb54cda56)))
      (local.set $right2 (i32x4.add (local.get $right) (v128.const i32x4 0x78dde6e4 0x78dde6e4 0x78dde6e4 0x78dde6e4)))
      (local.set $end (i32.add (local.get $at) (i32.const 480)))
      ;; 30 times sixteen bytes, six at a time.
      (loop $words
        (local.set $wrong
          (v128.or
            (v128.or
              (v128.or (local.get $wrong) (v128.xor (v128.load offset=32 align=4 (local.get $at)) (local.get $right)))
              (v128.xor (v128.load offset=48 align=4 (local.get $at)) (local.get $right2)))
            (v128.or
              (v128.or
                (v128.xor (v128.load offset=64 align=4 (local.get $at))
                  (i32x4.add (local.get $right) (v128.const i32x4 0xf1bbcdc8 0xf1bbcdc8 0xf1bbcdc8 0xf1bbcdc8)))
                (v128.xor (v128.load offset=80 align=4 (local.get $at))
                  (i32x4.add (local.get $right2) (v128.const i32x4 0xf1bbcdc8 0xf1bbcdc8 0xf1bbcdc8 0xf1bbcdc8))))
              (v128.or
                (v128.xor (v128.load offset=96 align=4 (local.get $at))
                  (i32x4.add (local.get $right) (v128.const i32x4 0xe3779b90 0xe3779b90 0xe3779b90 0xe3779b90)))
                (v128.xor (v128.load offset=112 align=4 (local.get $at))
                  (i32x4.add (local.get $right2) (v128.const i32x4 0xe3779b90 0xe3779b90 0xe3779b90 0xe3779b90)))))))
        (local.set $right (i32x4.add (local.get $right) (v128.const i32x4 0xd5336958 0xd5336958 0xd5336958 0xd5336958)))
        (local.set $right2 (i32x4.add (local.get $right2) (v128.const i32x4 0xd5336958 0xd5336958 0xd5336958 0xd5336958)))
        (local.set $at (i32.add (local.get $at) (i32.const 96)))
        (br_if $words (i32.lt_u (local.get $at) (local.get $end))))
      (if (v128.any_true (local.get $wrong)) (then (return (local.get $n))))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set $low (i32.add (local.get $low) (i32.const 1)))
      (local.set $high (i32.add (local.get $high) (i32.eqz (local.get $low))))
      (br $sector))
    (unreachable))

  ;; Writes.
  (func (export "fill")
    (param $at i32) (param $low i32) (param $high i32) (param $sectors i32) (param $generation i32) (param $salt i32)
    (local $end i32) (local $x i32) (local $right v128)
    (loop $sector
      (if (i32.eqz (local.get $sectors)) (then (return)))
      (local.set $x (call $start (local.get $low) (local.get $high) (local.get $generation) (local.get $salt)))
      (v128.store align=4 (local.get $at) (call $first (local.get $low) (local.get $high) (local.get $generation)))
      (v128.store offset=16 align=4 (local.get $at) (call $second (local.get $salt) (local.get $x)))
      (local.set $right
        (i32x4.add (i32x4.splat (local.get $x)) (v128.const i32x4 0xdaa66d2b 0x78dde6e4 0x1715609d 0xb54cda56)))
      (local.set $end (i32.add (local.get $at) (i32.const 480)))
      (loop $words
        (v128.store offset=32 align=4 (local.get $at) (local.get $right))
        (v128.store offset=48 align=4 (local.get $at)
          (i32x4.add (local.get $right) (v128.const i32x4 0x78dde6e4 0x78dde6e4 0x78dde6e4 0x78dde6e4)))
        (local.set $right (i32x4.add (local.get $right) (v128.const i32x4 0xf1bbcdc8 0xf1bbcdc8 0xf1bbcdc8 0xf1bbcdc8)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $words (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (local.set $sectors (i32.sub (local.get $sectors) (i32.const 1)))
      (local.set $low (i32.add (local.get $low) (i32.const 1)))
      (local.set $high (i32.add (local.get $high) (i32.eqz (local.get $low))))
      (br $sector)))

  ;; 1 when so many sectors hold nothing but zeros, else 0.
  (func (export "zeros") (param $at i32) (param $sectors i32) (result i32)
    (local $end i32) (local $some v128)
    (local.set $end (i32.add (local.get $at) (i32.shl (local.get $sectors) (i32.const 9))))
    (loop $words
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.eqz (v128.any_true (local.get $some))))))
      (local.set $some
        (v128.or (local.get $some)
          (v128.or
            (v128.or (v128.load align=4 (local.get $at)) (v128.load offset=16 align=4 (local.get $at)))
            (v128.or (v128.load offset=32 align=4 (local.get $at)) (v128.load offset=48 align=4 (local.get $at))))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br $words))
    (unreachable)))
