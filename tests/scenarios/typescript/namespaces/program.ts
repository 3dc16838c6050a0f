namespace Geometry {
  export const unit = 2;
  export namespace Flat { export const area = (side: number) => side * side * unit; }
  export interface Point { x: number }
}
namespace Geometry { export const twice = Geometry.unit * 2; }
import Area = Geometry.Flat.area;
export default () => [Geometry.twice, Geometry.Flat.area(3), Area(1)];
